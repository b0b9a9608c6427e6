import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { AppError } from '../../../platform/errors.js';
import { checkFramework } from './check-framework.js';
import { checkControls, readControls, writeControls } from './controls-file.js';
import { CustomControl, CustomFramework, LIMITS } from './custom-file.js';
import { readFrameworkFile, writeFramework } from './framework-file.js';

const KNOWN = ['IAC-06', 'CRY-01', 'MON-02'];
const hasControl = (id: string) => KNOWN.includes(id);
const NUMBERS = ['passwordMinLength', 'sessionIdle'];
const hasNumber = (id: string) => NUMBERS.includes(id);
const read = (fileName: string, text: string) =>
  checkFramework(readFrameworkFile(fileName, text), hasControl, hasNumber);
const readControlsFile = (
  fileName: string,
  text: string,
  known: Parameters<typeof checkControls>[1],
) => checkControls(readControls({ fileName, text }), known);
const problemsOf = (fileName: string, text: string): string[] => {
  try {
    return read(fileName, text).problems.map(({ at, message }) => `${at}: ${message}`);
  } catch (error) {
    if (error instanceof AppError) return [error.message];
    throw error;
  }
};

const HEAD = 'id: acme-1\nname: Acme rules\nversion: 1.10\n';
const yaml = (requirements: string, more = '') => `${HEAD}${more}requirements:\n${requirements}`;

describe('YAML', () => {
  it('keeps ids as written, and needs attestations where controls do not cover a requirement', () => {
    const text = yaml(
      '  - { id: 1.10, section: A, title: Second factor, controls: { IAC-06: subset } }\n' +
        '  - { id: 1.1, section: A, title: Keys, controls: [CRY-01] }\n' +
        '  - { id: 2, title: A policy }\n',
      'sections: [{ id: A, title: Access }, { id: Z, title: Unused }]\n',
    );
    const { framework, problems } = read('own.yaml', text);
    expect(problems).toEqual([]);
    expect(framework).toMatchObject({ id: 'acme-1', version: '1.10', publisher: 'your team' });
    expect(framework?.sections).toEqual([
      { id: 'A', title: 'Access' },
      { id: 'Requirements', title: 'Requirements' },
    ]);
    expect(framework?.requirements.map(({ id, attestation }) => [id, attestation])).toEqual([
      ['1.10', false],
      ['1.1', true],
      ['2', true],
    ]);
    expect(framework?.requirements[1]?.controls).toEqual([
      { controlId: 'CRY-01', relation: 'intersects' },
    ]);
  });

  it.each([
    ['superset', 'superset', true],
    ['superset', 'subset', false],
    ['intersects', 'superset', true],
  ])(
    'with a %s and a %s needs an attestation that the parts are the whole: %s',
    (a, b, attested) => {
      const edges = `controls: { IAC-06: ${a}, CRY-01: ${b} }`;
      const left = read('own.yaml', yaml(`  - { id: a, title: t, ${edges} }\n`));
      expect(left.framework?.requirements[0]?.attestation).toBe(attested);
    },
  );

  it('may declare that two parts cover the whole', () => {
    const edges = 'attestation: no, controls: { IAC-06: superset, CRY-01: superset }';
    const declared = read('own.yaml', yaml(`  - { id: a, title: t, ${edges} }\n`));
    expect(declared.framework?.requirements[0]?.attestation).toBe(false);
  });

  test.each([
    [
      'an unknown control',
      '  - { id: a, title: t, controls: [ABC-99] }\n',
      /requirements\[0\] \(a\), controls: there is no control ABC-99/,
    ],
    [
      'a repeated id',
      '  - { id: a, title: t }\n  - { id: a, title: t }\n',
      /requirements\[1\] \(a\): has the id of requirements\[0\]/,
    ],
    ['no title', '  - { id: a }\n', /requirements\[0\] \(a\), title/],
    [
      'an unknown relation',
      '  - { id: a, title: t, controls: { IAC-06: near } }\n',
      /, controls: IAC-06: the relation must be one of equal, subset/,
    ],
    [
      'a requirement without controls and attestation',
      '  - { id: a, title: t, attestation: false }\n',
      /attestation: must be yes/,
    ],
    [
      'a requirement with only an intersection and no attestation',
      '  - { id: a, title: t, attestation: no, controls: [IAC-06] }\n',
      /attestation: must be yes/,
    ],
    [
      'a repeated control',
      '  - { id: a, title: t, controls: [IAC-06, IAC-06] }\n',
      /names IAC-06 twice/,
    ],
    ['anchors', '  - &x { id: a, title: t }\n  - *x\n', /anchors/],
    ['text direction marks', '  - { id: a, title: "t\\u202Ex" }\n', /one line of text/],
    ['invalid syntax', '  - { id: a, title: t\n', /line \d+, column \d+: is not YAML/],
  ])('with %s is rejected, with the place', (_, requirements, expected) => {
    expect(problemsOf('own.yaml', yaml(requirements)).join('\n')).toMatch(expected);
  });

  it('rejects self-references and deep nesting', () => {
    let bomb = 'a0: &a0 [x, x]\n';
    for (let i = 1; i < 30; i += 1) bomb += `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]\n`;
    expect(problemsOf('own.yaml', bomb).join()).toMatch(/anchors/);
    expect(problemsOf('own.yaml', `a: ${'['.repeat(20_000)}`).join()).toMatch(/YAML|nested/);
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    expect(problemsOf('own.json', deep).join()).toMatch(/nested deeper/);
  });
});

describe('JSON', () => {
  test.each([
    ['{\n"a": \n', 'line 3, column 1'],
    ['{"catalog":{"metadata":{"title":"C"\n,"version":}}', 'line 2, column 12'],
    ['{"a": [1, 2,\n ], "b": 1}', 'line 2, column 2'],
    ['{"a": "x\ny"}', 'line 1, column 7'],
    ['{"a": 01}', 'line 1, column 7'],
    ['{"a": {"b": [true, {}, []]}}\n {', 'line 2, column 2'],
    [`{"title":"${'a'.repeat(500_000)}`, 'line 1, column 10'],
    [`{"title":"${'\\n'.repeat(200_000)}`, 'line 1, column 10'],
    [`[\n${'{"a":"\\u00e9 \x7f"},'.repeat(9_000)}`, 'line 2, column 153001'],
  ])('%.40j is rejected at the place of the error', (text, place) => {
    expect(problemsOf('own.json', text)).toEqual([`${place}: is not JSON from here on`]);
  });
});

describe('CSV', () => {
  test.each([',', ';', '\t'])('is read with %j between its cells and a byte order mark', (by) => {
    const lines = [
      ['Framework', 'Framework name', 'Version', 'Section', 'ID', 'Title', 'Controls'],
      ['acme-1', 'Acme', '2', 'A', 'A.1', 'Second factor', 'IAC-06:subset CRY-01'],
      ['', '', '', 'A', 'A.2', '"Two\nlines, is one too many"', ''],
      ['', '', '', 'A', 'A.3', 'Keys', 'XXX-01'],
    ];
    const text = `\uFEFF${lines.map((line) => line.join(by)).join('\r\n')}`;
    const problems = problemsOf('own.csv', text);
    expect(problems).toEqual([
      expect.stringMatching(/^line 3, title: .*one line/),
      'line 5, controls: there is no control XXX-01',
    ]);
  });

  test.each([
    ['id,name\nA,b\n', /line 1: has no column title/],
    ['id,title,id\nA,b,c\n', /line 1: has the column id twice/],
    ['id,title\nA,"=HYPERLINK(""http://x"")"\n', /line 2, title: begins like a formula/],
    ['id,title\nA\n', /line 2: is not CSV: it has 1 cells/],
    ['id,title\nA,"b\n', /the file ends inside a quoted cell/],
    ['id,title\nA,b "c"\n', /line 2: is not CSV: a quotation mark inside a cell must be doubled/],
    [
      'id,title,controls\nA,b,IAC-06:kinda\n',
      /^line 2, controls: IAC-06: the relation must be one of equal, subset, superset, intersects$/m,
    ],
    ['id,title,attestation\nA,b,perhaps\n', /^line 2, attestation: must be yes or no$/m],
    [`id,title\nA,${'b'.repeat(2_001)}\n`, /^line 2, title: has more than 2,000 characters$/m],
    [
      `id,title\n${Array.from({ length: 2_001 }, (_, i) => `A${i},b\n`).join('')}`,
      /^file: has more than 2,000 requirements$/m,
    ],
    [`id,title\n${'A,b\n'.repeat(10_000)}`, /^file: has more than 5,000 lines$/m],
    ['', /line 1: is not a header line/],
    ['id,title\n', /file: has no requirements(?!.*too small)/s],
    ['id,title\nA,b\n', /^version: is missing: give it in the file, .*--framework-version/m],
  ])('%j is rejected', (text, expected) => {
    expect(problemsOf('own.csv', text).join('\n')).toMatch(expected);
  });
});

describe('unknown names', () => {
  test('are reported, so that a misspelt name is not taken for a missing one', () => {
    const csv = 'ID,Title,Control,Notes,\nA,b,IAC-06,x,\n';
    expect(readFrameworkFile('own.csv', csv).notRead).toEqual(['control', 'notes']);
    const text = yaml('  - { id: a, title: t, controlls: [IAC-06] }\n', 'publischer: Acme\n');
    expect(readFrameworkFile('own.yaml', text).notRead).toEqual(['publischer', 'controlls']);
    const place = { domains: new Set(['IAC']), isTaken: hasControl };
    const controls = 'id,domain,title,intent,wheight\nACME-01,IAC,t,i,9\n';
    expect(readControlsFile('c.csv', controls, place).notRead).toEqual(['wheight']);
    const list = '[{"id":"ACME-01","domain":"IAC","title":"t","intent":"i","word":"x"}]';
    expect(readControlsFile('c.json', list, place).notRead).toEqual(['word']);
  });
});

describe('an OSCAL catalog', () => {
  const label = (value: string) => [{ name: 'label', value }];
  const catalog = (version: string) =>
    JSON.stringify({
      catalog: {
        metadata: { title: 'Rules of Acme, 2nd', version: '2.1', 'oscal-version': version },
        groups: [
          {
            id: 'ac',
            title: 'Access',
            controls: [
              {
                id: 'ac-1',
                title: 'Accounts',
                props: [
                  ...label('AC-1'),
                  { name: 'common-control', class: 'subset', value: 'IAC-06' },
                ],
                controls: [
                  { id: 'ac-1.1', title: 'By machine', props: label('AC-1(1)') },
                  { id: 'ac-1.2', title: 'Old', props: [{ name: 'status', value: 'Withdrawn' }] },
                ],
              },
            ],
            groups: [{ id: 'in', title: 'Inner', controls: [{ id: 'in-1', title: 'Deep' }] }],
          },
        ],
      },
    });

  test.each(['1.0.0', '1.1.3', '1.2.0'])(
    'of version %s is read with groups, controls and enhancements',
    (version) => {
      const { framework, problems } = read('catalog.json', catalog(version));
      expect(problems).toEqual([]);
      expect(framework).toMatchObject({ id: 'rules-of-acme-2nd', version: '2.1' });
      expect(
        framework?.requirements.map(({ id, section, attestation }) => [id, section, attestation]),
      ).toEqual([
        ['AC-1', 'ac', false],
        ['AC-1(1)', 'ac', true],
        ['in-1', 'in', true],
      ]);
    },
  );

  test.each(['profile', 'component-definition'])('is requested instead of a %s', (model) => {
    const text = JSON.stringify({ [model]: { metadata: { title: 'P', version: '1' } } });
    expect(problemsOf('p.json', text)).toEqual([
      expect.stringContaining(`is an OSCAL ${model}; only a catalog lists requirements`),
    ]);
    expect(problemsOf('p.xml', '<?xml version="1.0"?><catalog/>').join()).toMatch(/is XML/);
  });

  it('may be as large as the one of SP 800-53', () => {
    const prose = 'x'.repeat(8_000);
    const parts = [{ id: 'p', name: 'statement', prose, props: label('a.'), links: [] }];
    const controls = Array.from({ length: 1_200 }, (_, i) => ({
      ...{ id: `c-${i}`, title: `Control ${i}`, parts, props: label(`C-${i}`) },
    }));
    const text = JSON.stringify({
      catalog: {
        metadata: { title: 'Large', version: '5', 'oscal-version': '1.1.2' },
        groups: [{ id: 'c', title: 'C', controls }],
      },
    });
    expect(text.length).toBeGreaterThan(9_500_000);
    expect(LIMITS.fileBytes).toBeGreaterThan(text.length);
    expect(read('large.json', text).framework?.requirements).toHaveLength(1_200);
  });

  test.each(['2.0.0', '0.9', '1.20'])('of version %s is rejected', (version) => {
    expect(problemsOf('catalog.json', catalog(version)).join()).toMatch(/1\.0 to 1\.2 are read/);
  });
});

const word = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .map((text) => text.trim())
  .filter(
    (text) => CustomFramework.shape.name.safeParse(text).success && text.normalize() === text,
  );
const ids = fc.uniqueArray(word, { minLength: 1, maxLength: 8 });
const edges = fc.uniqueArray(
  fc.record({
    controlId: fc.constantFrom(...KNOWN),
    relation: fc.constantFrom('equal', 'subset', 'superset', 'intersects'),
  }),
  { selector: ({ controlId }) => controlId, maxLength: 3 },
);
const limit = fc.integer({ min: 1, max: 999 });
const numbers = fc.dictionary(
  fc.constantFrom(...NUMBERS),
  fc.oneof(fc.record({ min: limit }), fc.record({ max: limit })),
  { minKeys: 1, maxKeys: 2 },
);
const anyFramework = fc
  .record({ ids, title: word, about: word, section: word, edges, attested: fc.boolean(), numbers })
  .map(({ ids: list, title, about, section, edges: controls, attested, numbers: parameter }) => {
    const draft = {
      head: { id: 'own-1', name: title, version: '1.10', publisher: about, about },
      sections: [{ id: section, title }],
      notRead: [],
      requirements: list.map((id, i) => ({
        ...{ id, section, title, at: String(i) },
        attestation: attested || undefined,
        ...(i % 2 === 0 ? { parameter } : {}),
        controls: i % 2 === 0 ? controls : [],
      })),
    };
    return checkFramework(draft, hasControl, hasNumber).framework;
  })
  .filter((framework) => framework !== null);

describe('an export', () => {
  test.each(['yaml', 'csv'] as const)('as %s reads back the same, whatever its texts', (format) => {
    fc.assert(
      fc.property(anyFramework, (framework) => {
        const again = read(`own.${format}`, writeFramework(framework, format));
        expect(again.problems).toEqual([]);
        expect(again.framework).toEqual(framework);
      }),
      { numRuns: 150 },
    );
  });

  test('asks for numbers that the library knows, in CSV and YAML', () => {
    const numbersOf = (fileName: string, text: string) => {
      const { framework, problems } = read(fileName, text);
      return framework?.requirements[0]?.parameter ?? problems.map(({ message }) => message);
    };
    const head = 'framework,framework_name,version,id,title,numbers,controls\n';
    const row = (asked: string) => `${head}own-1,Own,1,A,Long passwords,${asked},\n`;
    const asked = { passwordMinLength: { min: 12 }, sessionIdle: { max: 15 } };
    const [first = '', second = ''] = NUMBERS;
    expect(numbersOf('own.csv', row(`${first}>=12; ${second} <= 15`))).toEqual(asked);
    expect(numbersOf('own.csv', row('shoeSize>=12'))).toEqual(['there is no number shoeSize']);
    expect(numbersOf('own.csv', row(`${first}=12`))).toContain(`there is no number ${first}=12`);
    const entry = (parameter: string) =>
      yaml(`  - { id: A, title: Long passwords, parameter: { ${parameter} } }\n`);
    expect(numbersOf('own.yaml', entry(`${first}: { min: 12 }, ${second}: { max: 15 }`))).toEqual(
      asked,
    );
    expect(numbersOf('own.yaml', entry(`${first}: { min: 0 }`))).toEqual(['must be more than 0']);
  });

  test('never starts a CSV cell with a formula', () => {
    const text = yaml('  - { id: "=1+1", title: "@SUM(A1)" }\n');
    const { framework } = read('own.yaml', text);
    if (!framework) throw new Error('refused');
    const csv = writeFramework(framework, 'csv');
    expect(csv).toContain("'=1+1,'@SUM(A1)");
    expect(read('own.csv', csv).framework).toEqual(framework);
  });
});

describe('custom controls', () => {
  const place = { domains: new Set(['IAC']), isTaken: hasControl };
  const controls = [
    CustomControl.parse({
      id: 'ACME-01',
      domain: 'IAC',
      title: 'Badges are returned',
      intent: 'Who leaves,\nreturns the badge.',
      keywords: ['badge', '-card'],
    }),
  ];

  test.each(['yaml', 'csv'] as const)('read back the same from %s', (format) => {
    const again = readControlsFile(`c.${format}`, writeControls(controls, format), place);
    expect(again).toEqual({ controls, problems: [], notRead: [] });
  });

  test.each([
    ['IAC-06,IAC,t,i', /line 2: IAC-06 is a control of the library already/],
    ['ACME-01,XXX,t,i', /line 2, domain: there is no domain XXX/],
    ['acme,IAC,t,i', /line 2, id: must be capitals/],
    ['ACME-01,IAC,t,i,11', /line 2, weight: must be a whole number from 1 to 10/],
    ['ACME-01,IAC,t,i,x', /line 2, weight: must be a whole number from 1 to 10/],
    ['ACME-01,IAC,t,i,5,machine', /line 2, kind: must be one of technology, process/],
    ['ACME-01,IAC,t,', /line 2, intent: is missing or not text/],
  ])('%s is rejected', (row, expected) => {
    const columns = ['id', 'domain', 'title', 'intent', 'weight', 'kind'];
    const head = columns.slice(0, row.split(',').length).join(',');
    const { problems } = readControlsFile('c.csv', `${head}\n${row}\n`, place);
    expect(problems.map(({ at, message }) => `${at}: ${message}`).join()).toMatch(expected);
  });
});
