import { defineConfig } from 'vitest/config';

/** Journeys: a browser against the built server. One at a time: they share only the machine. */
export default defineConfig({
  test: {
    include: ['e2e/journeys/**/*.spec.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
