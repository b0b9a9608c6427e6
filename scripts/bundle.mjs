// node scripts/bundle.mjs product|tools: bundles TypeScript of the server into a few files under `dist`.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = (path) => join(root, path);

const BUNDLES = {
  /** The installed programs: the product, its database threads and its parser processes. */
  product: {
    folder: 'dist/server',
    entries: {
      cspm: 'server/cli/cspm.ts',
      'sqlite-thread': 'server/platform/database/sqlite-thread.ts',
      parsers: 'server/parsers.ts',
    },
  },
  /** Programs that only benches and tests start: bundled separately, so that the product's chunks hold only the product. */
  tools: {
    folder: 'dist/tools',
    entries: {
      bench: 'bench/bench.ts',
      'mapping.bench': 'bench/mapping.bench.ts',
      nothing: 'bench/nothing.ts',
      'read-only': 'bench/read-only.ts',
      'parse-only': 'bench/parse-only.ts',
      'report-peak-memory': 'bench/report-peak-memory.ts',
      'fuzz-process': 'soak/fuzz/fuzz-process.ts',
      'lease-holder': 'server/platform/leases/testing/lease-holder.ts',
      'hostile-parsers': 'server/platform/parsing/testing/hostile-parsers.ts',
      'stuck-worker': 'server/platform/queue/testing/stuck-worker.ts',
      'ticking-scheduler': 'server/platform/scheduler/testing/ticking-scheduler.ts',
    },
  },
};

/** These read files from their package folder: binaries, fonts, pages, Lua scripts, protocol definitions. */
const READ_OWN_FILES = [
  '@photostructure/sqlite',
  '@node-rs/argon2',
  '@fastify/swagger-ui',
  'pdfkit',
  'bullmq',
  'dockerode',
];
/** Large, and loaded only where such a server is configured or a password is chosen: as fast from node_modules. */
const LOADED_SELDOM = ['mongodb', 'ioredis', '@zxcvbn-ts/language-common'];

const { folder, entries } = BUNDLES[process.argv[2]];

await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  ssr: { noExternal: true, external: [...READ_OWN_FILES, ...LOADED_SELDOM] },
  build: {
    ssr: true,
    outDir: source(folder),
    emptyOutDir: true,
    target: 'node20.19',
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(
        Object.entries(entries).map(([name, path]) => [name, source(path)]),
      ),
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        comments: false,
        // Fewer bytes to parse at a start. Names stay, which errors and stack traces show, and lines stay
        // short: Node prints the whole source line of an uncaught error.
        minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
      },
    },
  },
});
