import { inflateSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import yauzl from 'yauzl';
import { setupStructuredLogging } from '../log/structured-logging.js';
import { asUnreadable, ParserFaultError } from './unreadable.js';

const SECRET = 'planted-7Qx9';

const zipped = (bytes: Buffer) =>
  new Promise((_, reject) => {
    yauzl.fromBuffer(bytes, { strictFileNames: true }, (error, zip) => {
      if (error) reject(error);
      else zip.on('error', reject);
    });
  });
/** A directory of one stored file with this name. */
function zipWith(name: string): Buffer {
  const entry = Buffer.alloc(46 + name.length);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(name.length, 28);
  entry.write(name, 46);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  return Buffer.concat([entry, end]);
}

const parsers: [string, () => unknown, RegExp][] = [
  ['JSON', () => JSON.parse(`{"a": "${SECRET}", ${SECRET}`), /^report: is not JSON$/],
  [
    'YAML',
    () => load(`a: 1\nb: *${SECRET}`, { schema: FAILSAFE_SCHEMA }),
    /^report: line 2, column \d+: is not YAML that can be read: unidentified alias/,
  ],
  ['YAML tags', () => load(`a: !<${SECRET}> [1]`), /is not YAML/],
  [
    'CSV with a quotation mark inside',
    () => parse(`a,b\n1,x${SECRET}"y\n`),
    /^report: line 2: is not CSV: a quotation mark inside/,
  ],
  [
    'CSV with another number of cells',
    () => parse(`a,b\n1,2\n${SECRET},2,3\n`),
    /^report: line 3: is not CSV: it has 3 cells/,
  ],
  ['CSV that ends in a cell', () => parse(`a,b\n"${SECRET}`), /the file ends inside a quoted cell/],
  ['packed data', () => inflateSync(Buffer.from(SECRET)), /has packed data that is cut off/],
  ['no ZIP archive', () => zipped(Buffer.from(SECRET.repeat(9))), /is not a ZIP archive/],
  [
    'a ZIP archive with a path that leads out',
    () => zipped(zipWith(`../${SECRET}`)),
    /has a path that leads out of the archive/,
  ],
  [
    'bytes that are not UTF-8',
    () => new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from([0xff])),
    /is not UTF-8 text/,
  ],
  [
    'content without an end to its depth',
    () => JSON.stringify(JSON.parse(`${'['.repeat(20_000)}1${']'.repeat(20_000)}`)),
    /is nested too deeply/,
  ],
];

async function errorOf(parser: () => unknown): Promise<unknown> {
  try {
    await parser();
  } catch (error) {
    return error;
  }
  throw new Error('the parser accepts it');
}

describe('an error of a parser', () => {
  test.each(parsers)('%s: names the file and the reason', async (_, parser, message) => {
    const error = asUnreadable(await errorOf(parser), 'report');
    expect(error).toMatchObject({ status: 422, message: expect.stringMatching(message) });
    expect(error).not.toBeInstanceOf(ParserFaultError);
    expect(JSON.stringify([String(error), error])).not.toContain(SECRET);
  });

  test.each(parsers)('%s: is logged without the content', async (_, parser) => {
    const lines: string[] = [];
    const log = setupStructuredLogging(
      { logLevel: 'info' },
      { write: (line) => void lines.push(line) },
    );
    const error = await errorOf(parser);
    log.error({ err: error }, 'request failed');
    log.error({ err: new Error('outer', { cause: error }) }, 'request failed');
    expect(lines.join('')).not.toContain(SECRET);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { stack: expect.any(String) } });
  });
});

test('an unexpected error names its type, and keeps its places for the log', () => {
  const error = asUnreadable(new TypeError(`${SECRET}\n    at ${SECRET}:1:1`), 'report');
  expect(error).toMatchObject({
    status: 422,
    message: 'report: cannot be read: its parser failed (TypeError); see the server log',
    fault: { type: 'TypeError', stack: expect.stringContaining('parser-error.test') },
  });
  expect(JSON.stringify([String(error), error])).not.toContain(SECRET);
});

test('errors of files and signals stay as they are', () => {
  for (const error of [
    Object.assign(new Error('ENOSPC'), { syscall: 'write', code: 'ENOSPC' }),
    AbortSignal.abort().reason,
  ]) {
    expect(asUnreadable(error, 'report')).toBe(error);
  }
});
