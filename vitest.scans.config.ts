import { defineConfig } from 'vitest/config';

/** Scans by the built product with real tools, and their failures. One file at a time: they measure time. */
export default defineConfig({
  test: {
    include: ['e2e/scans/**/*.spec.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 400_000,
    hookTimeout: 180_000,
  },
});
