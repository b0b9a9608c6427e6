import { defineConfig } from 'vitest/config';

/** Attacks on the built product; see soak/README.md. */
export default defineConfig({
  test: {
    include: ['soak/**/*.soak.ts'],
    environment: 'node',
    fileParallelism: false,
    maxConcurrency: 6,
    hookTimeout: 180_000,
    disableConsoleIntercept: true,
  },
});
