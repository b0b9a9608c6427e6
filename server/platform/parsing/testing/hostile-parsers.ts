import { parser } from '../parser.js';
import { runParsers } from '../run-parsers.js';

/** Parsers of a process apart that behave as hostile files make them, for tests. */
const PARSERS = [
  parser('echo', (input: unknown) => input),
  parser('pid', () => process.pid),
  parser('environment', () => Object.keys(process.env)),
  parser('spin', () => {
    for (;;);
  }),
  parser('allocate', () => {
    const pieces: string[] = [];
    // As masking does: with a callback, V8 ends the whole process at the limit, not only a thread.
    for (let n = 0; ; n += 1) pieces.push(`${n},`.repeat(10_000).replace(/,/g, () => ';'));
  }),
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
