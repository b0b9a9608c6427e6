import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { writtenForms } from './redactor.js';

const MASK = '********';

/**
 * Takes known secrets out of a report before anybody reads it: tools do echo what they were given, and
 * a bare key looks like nothing that could be recognised later. Bytes that are no secret stay as they are.
 */
export async function redactFile(path: string, secrets: readonly string[]): Promise<void> {
  const known = writtenForms(secrets).map((secret) => Buffer.from(secret).toString('latin1'));
  if (known.length === 0) return;
  const clean = `${path}.clean`;
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: 1024 * 1024 }),
      (chunks: AsyncIterable<Buffer>) => redacted(chunks, known),
      createWriteStream(clean, { mode: 0o600 }),
    );
    await rename(clean, path);
  } catch (error) {
    await rm(clean, { force: true });
    throw error;
  }
}

/** Holds the end of each piece back, as a secret may lie across two. */
async function* redacted(
  chunks: AsyncIterable<Buffer>,
  known: readonly string[],
): AsyncGenerator<Buffer> {
  const longest = Math.max(...known.map((secret) => secret.length));
  let held = '';
  for await (const chunk of chunks) {
    const text = known.reduce(
      (clean, secret) => clean.replaceAll(secret, MASK),
      held + chunk.toString('latin1'),
    );
    const keep = Math.min(longest - 1, text.length);
    held = text.slice(text.length - keep);
    yield Buffer.from(text.slice(0, text.length - keep), 'latin1');
  }
  yield Buffer.from(held, 'latin1');
}
