import { defineConfig } from 'vitest/config';

/** Journeys: a browser against the built server, which each file starts for itself. */
export default defineConfig({
  test: {
    include: ['e2e/journeys/**/*.spec.ts'],
    environment: 'node',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
