import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../readers/json-document.js';
import { topKeys } from '../../readers/json-keys.js';
import { readerContext } from '../../readers/reader-context.js';
import { rowsIn } from '../../testing/judging.js';
import { identityOf } from '../../testing/read-rows.js';
import { createSarifReader, isSarif, SARIF_LISTS } from './sarif.read.js';

const at = (uri: string, startLine = 1, snippet?: string) => [
  {
    physicalLocation: {
      artifactLocation: { uri },
      region: { startLine, ...(snippet === undefined ? {} : { snippet: { text: snippet } }) },
    },
  },
];
const result = (change: object = {}) => ({
  ruleId: 'R1',
  message: { text: 'found' },
  locations: at('src/a.c'),
  ...change,
});
const log = (
  results: unknown,
  change: object = {},
  rules: object[] = [{ id: 'R1', shortDescription: { text: 'Rule one' } }],
) => ({
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'Code Scanner', semanticVersion: '1.2.3', rules } },
      results,
      ...change,
    },
  ],
});
const read = (given: unknown) => {
  const reader = createSarifReader(readerContext('sarif'));
  return { rows: rowsIn(reader.read(given)), facts: reader.facts() };
};

describe('SARIF', () => {
  it('reads kinds, levels and suppressions', () => {
    const cases: [object, string, string][] = [
      [{}, 'fail', 'medium'],
      [{ level: 'error' }, 'fail', 'high'],
      [{ level: 'note' }, 'fail', 'low'],
      [{ level: 'none' }, 'manual', 'informational'],
      [{ kind: 'pass', level: 'none' }, 'pass', 'informational'],
      [{ kind: 'fail', level: 'error' }, 'fail', 'high'],
      [{ kind: 'review' }, 'manual', 'medium'],
      [{ kind: 'informational' }, 'manual', 'medium'],
      [{ kind: 'open' }, 'not_evaluated', 'medium'],
      [{ kind: 'notApplicable' }, 'manual', 'medium'],
      [{ kind: 'whatever' }, 'not_evaluated', 'medium'],
      [{ suppressions: [{ kind: 'external' }] }, 'muted', 'medium'],
      [{ suppressions: [{ kind: 'inSource', status: 'accepted' }] }, 'muted', 'medium'],
      [{ suppressions: [{ kind: 'external', status: 'underReview' }] }, 'fail', 'medium'],
      [
        { suppressions: [{ kind: 'external' }, { kind: 'external', status: 'rejected' }] },
        'fail',
        'medium',
      ],
      [{ suppressions: [] }, 'fail', 'medium'],
      [{ properties: { 'security-severity': '9.1' } }, 'fail', 'critical'],
      [{ properties: { 'security-severity': 7 } }, 'fail', 'high'],
      [{ properties: { 'security-severity': '0.0' } }, 'fail', 'informational'],
    ];
    const { rows } = read(log(cases.map(([change]) => result(change))));
    expect(rows.map((row) => [row.verdict, row.severity])).toEqual(
      cases.map(([, verdict, severity]) => [verdict, severity]),
    );
    expect(rows.find((row) => row.verdict === 'muted')?.mutedVerdict).toBe('fail');
  });

  it('leaves out results that are now absent', () => {
    expect(
      read(log([result({ baselineState: 'absent' }), result({ baselineState: 'unchanged' })])).rows,
    ).toHaveLength(1);
  });

  it('finds rules in extensions, by index, by part of the id, with their severity and message', () => {
    const extension = {
      name: 'pack',
      rules: [
        {
          id: 'X/1',
          name: 'ext',
          properties: { 'security-severity': '8.0', tags: ['CWE-1'] },
          messageStrings: { m: { text: 'bad {0} in {1}' } },
        },
      ],
    };
    const { rows } = read(
      log(
        [
          result({ ruleId: 'X/1/sub', message: { id: 'm', arguments: ['a', 'b'] } }),
          result({ ruleId: undefined, rule: { index: 0, toolComponent: { index: 0 } } }),
          result({ ruleId: undefined, ruleIndex: 0 }),
          result({ ruleId: 'R1', ruleIndex: -1 }),
        ],
        {
          tool: {
            driver: {
              name: 'Code Scanner',
              rules: [{ id: 'R1', defaultConfiguration: { level: 'error' } }],
            },
            extensions: [extension],
          },
        },
      ),
    );
    expect(rows.map((row) => [row.check.id, row.severity])).toEqual([
      ['code-scanner:X/1/sub', 'high'],
      ['code-scanner:X/1', 'high'],
      ['code-scanner:R1', 'high'],
      ['code-scanner:R1', 'high'],
    ]);
    expect(rows[0]?.observed).toContain('bad a in b');
    expect(rows[0]?.check.categories).toEqual(['CWE-1']);
  });

  it('never includes the line in the identity', () => {
    const pairs: [object, object, boolean][] = [
      [
        { locations: at('src/a.c', 1, 'x = 1') },
        { locations: at('./src/a.c', 90, '  x  =  1\n') },
        true,
      ],
      [{ locations: at('src/a.c', 1, 'x = 1') }, { locations: at('src/a.c', 1, 'y = 1') }, false],
      [
        { partialFingerprints: { b: '2', a: '1' } },
        { partialFingerprints: { a: '1', b: '2' }, locations: at('src/a.c', 50) },
        true,
      ],
      [{ partialFingerprints: { a: '1' } }, { partialFingerprints: { a: '2' } }, false],
      [
        { fingerprints: { v1: 'f' }, partialFingerprints: { a: '1' } },
        { fingerprints: { v1: 'f' }, partialFingerprints: { a: '2' } },
        true,
      ],
      [
        { message: { text: 'one' } },
        { message: { text: 'two' }, locations: at('src/a.c', 7) },
        true,
      ],
      [
        { message: { text: 'Package: libssl\nx' } },
        { message: { text: 'Package: zlib\nx' } },
        false,
      ],
      [{ locations: at('file:///C:/a%20b.c') }, { locations: at('C:\\a b.c') }, false],
    ];
    for (const [one, two, same] of pairs) {
      const ids = read(log([result(one), result(two)])).rows.map(identityOf);
      expect(ids[0] === ids[1]).toBe(same);
    }
  });

  it('finds files by index, names the repository, distinguishes tools', () => {
    const { rows } = read(
      log([result({ locations: [{ physicalLocation: { artifactLocation: { index: 0 } } }] })], {
        artifacts: [{ location: { uri: 'src/listed.c' } }],
        versionControlProvenance: [{ repositoryUri: 'https://github.com/o/r' }],
      }),
    );
    expect(rows[0]).toMatchObject({
      accountId: 'https://github.com/o/r',
      resource: { uid: 'src/listed.c' },
      provider: 'code',
    });
  });

  it('records runs that failed or did not scan', () => {
    expect(
      read(log([], { invocations: [{ executionSuccessful: false, exitCodeDescription: 'crash' }] }))
        .facts,
    ).toMatchObject({
      completed: false,
      skipped: [{ why: 'the tool reports that it failed: crash' }],
    });
    expect(read(log(undefined)).facts.skipped).toHaveLength(1);
    expect(read(log([])).facts).toMatchObject({ skipped: [], toolVersion: '1.2.3', executed: 1 });
  });

  it('masks secrets, rejects other versions and keeps complete results of a truncated log', () => {
    expect(
      JSON.stringify(read(log([result({ message: { text: 'key AKIAIOSFODNN7EXAMPLE' } })])).rows),
    ).not.toContain('AKIAIOSFODNN7EXAMPLE');
    for (const given of [{ version: '2.0.0', runs: [] }, { runs: [] }, null]) {
      expect([...createSarifReader(readerContext('sarif')).read(given)]).toEqual([
        { rejected: expect.any(String) },
      ]);
    }
    expect([
      ...createSarifReader(readerContext('sarif')).read(log([result({ ruleId: undefined })])),
    ]).toMatchObject([{ row: { check: { id: 'code-scanner:no-rule' }, verdict: 'fail' } }]);
    const text = JSON.stringify(log([result(), result({ ruleId: 'R2' })]));
    const { value } = parseDocument(text.slice(0, text.indexOf('"R2"')), SARIF_LISTS);
    expect(read(value).rows).toHaveLength(1);
    expect(isSarif(topKeys(text))).toBe(true);
    expect(isSarif(topKeys('{"version":"2.0"}'))).toBe(false);
  });
});
