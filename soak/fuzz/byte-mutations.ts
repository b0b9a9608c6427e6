import { gzipSync } from 'node:zlib';
import { oneOf, type Random, type Seed, upTo } from './seed.js';

/** Inputs grow to at most this: what is checked is how content is read, not how much. */
export const MAX_BYTES = 2_000_000;

export interface Mutation {
  name: string;
  kind: 'less' | 'other';
  /** Null where it does not apply. */
  apply(bytes: Buffer, random: Random, others: readonly Seed[]): Buffer | null;
}

/** What parsers stumble over: of every format, at any place. */
const TOKENS: readonly string[] = [
  ...['\0', '\u0007', '\u001b[2J', '\u202e', '\u2028', '\ufeff', '\ufffe', '\r', '\n\n', '\t'],
  ...[
    '1e999',
    '-0',
    '9007199254740993',
    '99999999999999999999999999',
    '1.7976931348623157e308',
    'NaN',
  ],
  ...[
    'null',
    'true',
    '{}',
    '[]',
    '""',
    '"',
    "'",
    '\\',
    '\\u',
    '\\ud800',
    '\\u0000',
    ',',
    ':',
    ';',
    ',,',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '<',
    '>',
    '&',
    '&a;',
    '&#0;',
    '&#xD800;',
    '&#x41;',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
  ],
  ...['<?x y?>', '<!DOCTYPE a [<!ENTITY b "c">]>', '<a b="1" b="2">', '</a>', '<x:y/>'],
  ...[
    '&a *a',
    '*a',
    '<<: *a',
    '!!js/function',
    '!!binary',
    '? ',
    '- - - ',
    '%YAML 9.9\n',
    '---\n',
    '...\n',
    '|\n',
  ],
  ...['"a""b"', '=1+1', '@x', '"\n"', '__proto__', 'constructor', 'toString', '/../../', '%s%n'],
  ...[
    'endstream',
    'endobj',
    'stream\n',
    '/Length 99999999',
    '/ObjStm',
    '<<',
    '>>',
    'PK\u0003\u0004',
    '%%EOF',
  ],
];
const BAD_UTF8 = [
  [0xff],
  [0xc3],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xc0, 0x80],
];
const OPENERS = ['[', '{"a":', '<a>', '- ', '(', '"', '[{"a":[', '{a: ', '<<', '&x ['];

/** The beginnings of the records of an archive. */
const ZIP_RECORDS = ['PK\u0003\u0004', 'PK\u0001\u0002', 'PK\u0005\u0006'];

const cut = (bytes: Buffer, from: number, to: number, middle: Uint8Array = Buffer.alloc(0)) =>
  Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);
const anywhere = (bytes: Buffer, random: Random) => upTo(random, bytes.length + 1);
const span = (bytes: Buffer, random: Random, longest: number): [number, number] => {
  const from = anywhere(bytes, random);
  return [from, Math.min(bytes.length, from + 1 + upTo(random, longest))];
};

export const BYTE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'flip bits',
    kind: 'other',
    apply(bytes, random) {
      if (bytes.length === 0) return null;
      const copy = Buffer.from(bytes);
      for (let n = 1 + upTo(random, 4); n > 0; n -= 1) {
        const at = upTo(random, copy.length);
        copy[at] = (copy[at] ?? 0) ^ (1 << upTo(random, 8));
      }
      return copy;
    },
  },
  {
    name: 'remove a part',
    kind: 'other',
    apply: (bytes, random) => cut(bytes, ...span(bytes, random, oneOf(random, [1, 8, 200, 5_000]))),
  },
  {
    name: 'repeat a part',
    kind: 'other',
    apply(bytes, random) {
      const [from, to] = span(bytes, random, oneOf(random, [1, 20, 400]));
      const times = oneOf(random, [1, 2, 50, 2_000]);
      const part = bytes.subarray(from, to);
      return cut(bytes, to, to, Buffer.concat(Array.from({ length: times }, () => part)));
    },
  },
  {
    name: 'insert a token',
    kind: 'other',
    apply(bytes, random) {
      const at = anywhere(bytes, random);
      return cut(bytes, at, at, Buffer.from(oneOf(random, TOKENS)));
    },
  },
  {
    name: 'replace a part by a token',
    kind: 'other',
    apply: (bytes, random) =>
      cut(bytes, ...span(bytes, random, 12), Buffer.from(oneOf(random, TOKENS))),
  },
  {
    name: 'insert bytes that are not UTF-8',
    kind: 'less',
    apply(bytes, random) {
      const at = anywhere(bytes, random);
      return cut(bytes, at, at, Buffer.from(oneOf(random, BAD_UTF8)));
    },
  },
  {
    name: 'nest deeply',
    kind: 'less',
    apply(bytes, random) {
      const at = anywhere(bytes, random);
      const deep = oneOf(random, OPENERS).repeat(oneOf(random, [50, 2_000, 60_000]));
      return cut(bytes, at, at, Buffer.from(deep));
    },
  },
  {
    name: 'insert a long text',
    kind: 'other',
    apply(bytes, random) {
      const at = anywhere(bytes, random);
      const letter = oneOf(random, ['x', ' ', '9', '\n', ',', 'é', '\\']);
      return cut(bytes, at, at, Buffer.from(letter.repeat(oneOf(random, [5_000, 200_000]))));
    },
  },
  {
    name: 'encode otherwise',
    kind: 'other',
    apply(bytes, random) {
      const text = bytes.toString('utf8');
      const mark = random() < 0.5 ? '\ufeff' : '';
      const way = upTo(random, 4);
      if (way === 0) return Buffer.from(`\ufeff${text}`);
      if (way === 1) return Buffer.from(mark + text, 'utf16le');
      if (way === 2) return Buffer.from(Buffer.from(mark + text, 'utf16le')).swap16();
      return Buffer.from(text, 'latin1');
    },
  },
  {
    name: 'other line ends',
    kind: 'other',
    apply: (bytes, random) =>
      Buffer.from(
        bytes.toString('latin1').replace(/\r?\n/g, oneOf(random, ['\r', '\r\n', '\n\n', ' '])),
        'latin1',
      ),
  },
  {
    name: 'pack',
    kind: 'other',
    apply(bytes, random) {
      const packed = gzipSync(bytes);
      const way = upTo(random, 4);
      if (way === 0) return packed.subarray(0, upTo(random, packed.length));
      if (way === 1) return Buffer.concat([packed, packed]);
      if (way === 2) return Buffer.concat([packed, bytes.subarray(0, 100)]);
      const at = upTo(random, packed.length);
      packed[at] = (packed[at] ?? 0) ^ 0xff;
      return packed;
    },
  },
  {
    name: 'append another input',
    kind: 'other',
    apply: (bytes, random, others) => Buffer.concat([bytes, oneOf(random, others).bytes]),
  },
  {
    name: 'go on as another input',
    kind: 'other',
    apply(bytes, random, others) {
      const { bytes: other } = oneOf(random, others);
      return Buffer.concat([
        bytes.subarray(0, anywhere(bytes, random)),
        other.subarray(anywhere(other, random)),
      ]);
    },
  },
  {
    name: 'change a number',
    kind: 'other',
    apply(bytes, random) {
      const text = bytes.toString('latin1');
      const numbers = [...text.matchAll(/\d+/g)];
      const found = numbers[upTo(random, numbers.length)];
      if (!found) return null;
      const value = oneOf(random, ['0', '-1', '4294967296', '1e400', '0x10', '9'.repeat(400), '']);
      return cut(bytes, found.index, found.index + found[0].length, Buffer.from(value));
    },
  },
  {
    name: 'damage the archive',
    kind: 'other',
    apply(bytes, random) {
      const record = oneOf(random, ZIP_RECORDS);
      const head = bytes.indexOf(record, upTo(random, bytes.length), 'latin1');
      if (head < 0) return null;
      const copy = Buffer.from(bytes);
      const at = Math.min(copy.length - 1, head + 4 + upTo(random, 42));
      copy[at] = oneOf(random, [0, 1, 0x7f, 0xff]);
      return copy;
    },
  },
];
