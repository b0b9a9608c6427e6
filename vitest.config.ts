import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A seventh less CPU: most code of a test runs too seldom to be worth optimising. A flag of this version's engine. */
const COMPILE_LATER = process.versions.node.startsWith('20.') ? ['--interrupt-budget=500000'] : [];

export default defineConfig({
  test: {
    // Generous, so that a busy machine fails no test; a test that hangs still ends.
    testTimeout: process.env.PROPERTY_RUNS === 'full' ? 180_000 : 60_000,
    hookTimeout: 60_000,
    // A tenth less CPU: young garbage is collected less often, and by no helper threads, which wait for cores.
    execArgv: [
      '--single-threaded-gc',
      '--min-semi-space-size=64',
      '--max-semi-space-size=64',
      ...COMPILE_LATER,
    ],
    // Two more than there are cores: many tests wait for processes, leases and timers.
    maxWorkers: availableParallelism() + 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'server',
          include: ['contract/**/*.test.ts', 'server/**/*.test.ts', 'bench/**/*.test.ts'],
          environment: 'node',
          // Importing the server takes a second of CPU: once for each worker, not once for each file.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'web',
          include: ['web/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          // Half the CPU time: React and the components are loaded, and compiled, once for each worker.
          isolate: false,
          setupFiles: ['web/testing/each-file.ts'],
        },
      },
    ],
  },
});
