import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { writtenForms } from './redactor.js';

const MASK = '********';

/**
 * Removes known secrets from a report before anything reads it: tools echo their input, and a bare key
 * cannot be recognised later. All other bytes stay unchanged.
 */
export async function redactFile(path: string, secrets: readonly string[]): Promise<void> {
  await replaceInFile(
    path,
    writtenForms(secrets).map((secret) => [secret, MASK]),
  );
}

/** Replaces texts in a file, in this order, in constant memory. All other bytes stay unchanged. */
export async function replaceInFile(
  path: string,
  texts: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  if (texts.length === 0) return;
  const bytes = texts.map(([from, to]) => [latin1(from), latin1(to)] as const);
  const clean = `${path}.clean`;
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: 1024 * 1024 }),
      (chunks: AsyncIterable<Buffer>) => replaced(chunks, bytes),
      createWriteStream(clean, { mode: 0o600 }),
    );
    await rename(clean, path);
  } catch (error) {
    await rm(clean, { force: true });
    throw error;
  }
}

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

/** Holds the end of each chunk back, as a text may lie across two. Replacements are not searched again. */
async function* replaced(
  chunks: AsyncIterable<Buffer>,
  texts: readonly (readonly [string, string])[],
): AsyncGenerator<Buffer> {
  const longest = Math.max(...texts.map(([from]) => from.length));
  const into = new Map(texts);
  const anyOfThem = new RegExp(texts.map(([from]) => quoted(from)).join('|'), 'g');
  let held = '';
  for await (const chunk of chunks) {
    const text = held + chunk.toString('latin1');
    let end = Math.max(0, text.length - longest + 1);
    for (const match of text.matchAll(anyOfThem))
      end = Math.max(end, match.index + match[0].length);
    held = text.slice(end);
    const whole = text.slice(0, end).replace(anyOfThem, (from) => into.get(from) ?? from);
    yield Buffer.from(whole, 'latin1');
  }
  yield Buffer.from(held, 'latin1');
}

const quoted = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
