import { analyse } from 'scslre';
import { expect, test } from 'vitest';
import { builders, written } from './patterns.js';

/** Found by the analysis, but harmless, each with its reason. */
const BOUNDED = new Map([
  [
    '\\d{1,3}(?:\\.\\d{1,3}){3}(?:\\/\\d{1,2})?|::\\/0|ci\\/cd|\\d+(?:\\.\\d+)+|[a-z0-9]+',
    'its last alternative takes what another one has scanned in vain',
  ],
  [
    '^(?:[vr]?\\d|rc\\d|(?=[0-9a-f]{7,40}$)[0-9a-f]*\\d[0-9a-f]*$|[0-9a-f]{12,40}$)',
    'its lookahead admits 40 characters at most',
  ],
]);

/** Expressions that are built from texts, which the analysis does not see: of our own texts only. */
const BUILT: readonly (readonly [string, number])[] = [
  ['server/cli/output/style.ts', 1],
  ['server/cli/output/wrap.ts', 1],
  ['server/modules/catalogue/common-controls/read-yaml.ts', 3],
  ['server/modules/catalogue/proof/proof.rules.ts', 1],
  ['server/modules/mapping/matching/mapping-file.ts', 5],
  ['server/scanners/rows/clean-text.ts', 3],
  ['server/scanners/rows/tell-apart.ts', 1],
  ['server/scanners/secrets/chars.ts', 1],
  ['server/scanners/secrets/redact-file.ts', 1],
  ['server/scanners/secrets/shaped-tokens.ts', 1],
  ['server/scanners/secrets/without-xml-texts.ts', 1],
];

test('no regular expression takes more than linear time', () => {
  expect(written.length).toBeGreaterThan(500);
  const slow = written.filter(
    ({ source, flags }) =>
      !BOUNDED.has(source) && analyse({ source, flags }, { maxReports: 1 }).reports.length > 0,
  );
  expect(slow.map(({ path, source }) => `${path}: ${source}`)).toEqual([]);
});

test('what the analysis allows is still there', () => {
  const sources = new Set(written.map(({ source }) => source));
  expect([...BOUNDED.keys()].filter((source) => !sources.has(source))).toEqual([]);
});

test('the analysis finds nested and overlapping repetition', () => {
  for (const slow of [/"([^"\\]+|\\.)*"x/, /^(\w+\s?)*$/, /(a|a)*b/, /\s+$/, /^\s*\w*\s*\w*$/]) {
    const { source, flags } = slow;
    expect([source, analyse({ source, flags }).reports.length > 0]).toEqual([source, true]);
  }
});

test('expressions are built from texts only where it is known', () => {
  expect(builders.toSorted()).toEqual(BUILT);
});
