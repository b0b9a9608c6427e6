import { parser } from '../parser.js';
import { runParsers } from '../run-parsers.js';

function spin(): never {
  for (;;);
}

/** As masking does: at the limit of a callback's results, V8 ends the whole process, not only a thread. */
function allocate(): string {
  return 'x,'.repeat(20_000_000).replace(/,/g, () => ';');
}

function hang(): Promise<never> {
  return new Promise(() => {});
}

/** Parsers of a process apart that behave as hostile files make them, for tests. */
const PARSERS = [
  parser('echo', (input: unknown) => input),
  parser('pid', () => process.pid),
  parser('environment', () => Object.keys(process.env)),
  parser('spin', spin),
  parser('allocate', allocate),
  // In place of parsers of the product.
  parser('catalogue.framework-file', hang),
  parser('catalogue.controls-file', hang),
  parser('catalogue.scf-workbook', hang),
  parser('evidence.file', hang),
  parser('mapping.reviews-file', hang),
  parser('scanners.report-file', hang),
  parser('exit', () => process.exit(3)),
  parser('throw', ({ secret }: { secret: string }) => JSON.parse(`{"a": ${secret}`)),
  parser('crash', ({ secret }: { secret: string }) => {
    setImmediate(() => {
      throw new Error(secret);
    });
    return new Promise(() => {});
  }),
  parser('count', async ({ to }: { to: number }, { emit }) => {
    for (let n = 1; n <= to; n += 1) await emit(n as never);
    return to;
  }),
  parser('missing-file', async () => {
    await import('node:fs/promises').then(({ readFile }) => readFile('/there/is/no/such/file'));
  }),
];

runParsers(async (name) => {
  const found = PARSERS.find((each) => each.name === name);
  if (!found) throw new Error(`no parser ${name}`);
  return found;
});
