import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../package-root.js';
import { compiledText, loadCatalogue } from './catalogue.js';

const catalogue = loadCatalogue(undefined, { compiled: null });
const controls = [...catalogue.controls.values()];
const frameworks = [...catalogue.frameworks.values()];

/** Slug, number of requirements in the standard, form of an id, ids that must be there. */
const expected: [string, number, RegExp, string[]][] = [
  ['csa-ccm-4.1', 207, /^(A&A|I&S|[A-Z]{3})-\d\d$/, ['A&A-01', 'I&S-09', 'LOG-08', 'UEM-14']],
  ['iso-27002-2022', 93, /^[5-8]\.\d{1,2}$/, ['5.15', '8.34']],
  ['owasp-top-10-2025', 10, /^A(0[1-9]|10):2025$/, ['A01:2025', 'A10:2025']],
  ['nist-ssdf-1.1', 42, /^(PO|PS|PW|RV)\.\d\.\d$/, ['PW.4.4', 'RV.3.4']],
  ['nist-ai-rmf-1.0', 72, /^(GOVERN|MAP|MEASURE|MANAGE) \d\.\d{1,2}$/, ['MEASURE 2.13']],
  ['iso-42001-2023', 67, /^([4-9]|10|A\.([2-9]|10))(\.\d){1,3}$/, ['10.2', 'A.6.2.8', 'A.10.4']],
  ['nist-privacy-framework-1.0', 100, /^(ID|GV|CT|CM|PR)\.[A-Z]{2}-P\d{1,2}$/, ['PR.PO-P10']],
  // 37 controls of ISO 27002:2013 with guidance, and 7 of its own
  ['iso-27017-2015', 44, /^(CLD\.)?\d{1,2}\.\d\.\d$/, ['CLD.13.1.4', '18.2.1']],
  // 14 controls of ISO 27002:2013 with guidance, and 25 of Annex A
  ['iso-27018-2019', 39, /^(\d{1,2}\.\d|A\.\d{1,2})\.\d{1,2}$/, ['A.11.13', '16.1.1']],
  // 26 clauses of management, 114 controls of ISO 27002:2013, 31 for controllers, 18 for processors
  ['iso-27701-2019', 189, /^([56]|[AB])(\.\d{1,2}){2,3}$/, ['6.15.2.3', 'A.7.3.10', 'B.8.5.8']],
  // the 25 of Annex A
  ['iso-27018-2025', 25, /^A\.\d{1,2}\.\d{1,2}$/, ['A.2.1', 'A.11.13']],
  // 30 clauses of management, 31 for controllers, 18 for processors, 29 for both
  [
    'iso-27701-2025',
    108,
    /^([4-9]|10|A\.[12]\.[2-5]|A\.3)(\.\d{1,2}){1,2}$/,
    ['10.2', 'A.1.3.11', 'A.2.5.9', 'A.3.31'],
  ],
  ['nist-800-171-r2', 110, /^3\.\d{1,2}\.\d{1,2}$/, ['3.1.1', '3.14.7']],
  ['nist-800-171-r3', 97, /^03\.\d\d\.\d\d$/, ['03.01.01', '03.17.03']],
  ['cmmc-2.0-l2', 110, /^[A-Z]{2}\.L2-3\.\d{1,2}\.\d{1,2}$/, ['AC.L2-3.1.1', 'SI.L2-3.14.7']],
  ['nis2', 25, /^(20|21|23)\.[1-5](\.[a-j])?$/, ['20.2', '21.2.j', '23.4.e']],
  [
    'nis2-annex-2024',
    352,
    /^\d{1,2}(\.\d{1,2}){0,2}(\.[a-l])?(\.[ivx]+)?$/,
    ['9.2.c.xii', '13.1.2.e', '13.3.3'],
  ],
  [
    'dora',
    232,
    /^\d{1,2}(\.\d{1,2})?(\.[a-i])?(\.[iv]+)?$/,
    ['4.1', '5.2.i.iii', '23', '30.3.f.ii'],
  ],
  ['gdpr', 303, /^\d{1,2}(\.\d{1,2})?(\.[a-k])?$/, ['5.1.f', '16', '21.3', '32.1.a', '91.2']],
  // sub2: the points of Article 43(1), second subparagraph.
  [
    'eu-ai-act',
    325,
    /^\d{1,2}(\.\d{1,2})?(\.sub2)?(\.[a-m])?(\.[iv]+)?$/,
    ['4', '43.1.sub2.d', '93.3'],
  ],
  ['india-dpdp-2023', 122, /^\d{1,2}(\(\d{1,2}\))?(\([a-i]\))?(\([iv]+\))?(\([AB]\))?$/, ['8(5)']],
  ['sebi-cscrf-2024', 128, /^[A-Z]{2}\.[A-Z]{2}\.S\d{1,2}$/, ['GV.OC.S1', 'EV.ST.S5']],
  ['soc2-tsc-2017', 61, /^(CC[1-9]|A1|C1|PI1|P[1-8])\.\d$/, ['CC6.1', 'A1.2', 'P8.1']],
  // 30 clauses of management and 93 controls of Annex A
  [
    'iso-27001-2022',
    123,
    /^([4-9]|10|A\.[5-8])(\.\d{1,2}){1,2}$/,
    ['4.1', '10.2', 'A.5.15', 'A.8.34'],
  ],
  ['nist-csf-2.0', 106, /^(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d\d$/, ['PR.AA-01', 'GV.SC-10']],
  [
    'nist-800-53-r5',
    503,
    /^[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?$/,
    ['AC-2(1)', 'IA-13', 'SA-24', 'SI-2(7)'],
  ],
  ['pci-dss-4.0.1', 280, /^(\d{1,2}|A[123])(\.\d{1,2}){2,4}$/, ['8.3.6', '9.5.1.2.1', 'A3.2.2.1']],
  ['cis-controls-8.1', 153, /^\d{1,2}\.\d{1,2}$/, ['3.11', '18.5']],
  [
    'hipaa-security-rule',
    88,
    /^164\.3(06|08|10|12|14|16)(\([a-z]\))(\(\d\))?(\([ivx]+\))?(\([A-Z]\))?(\(\d\))?$/,
    ['164.312(a)(2)(iv)', '164.314(a)(2)(i)(A)'],
  ],
];

/** sha256 of a framework's sorted ids, its first 16 digits: an id that is renamed or swapped shows. */
const digests: Record<string, string> = {
  'csa-ccm-4.1': '389cb6c1bf548bf5',
  'iso-27002-2022': 'c5af16fe10a7aab4',
  'owasp-top-10-2025': 'df6019339a33f5c7',
  'nist-ssdf-1.1': 'f20404878ff2724b',
  'nist-ai-rmf-1.0': '774e8f950909af7a',
  'iso-42001-2023': '2775fa9577635e7c',
  'nist-privacy-framework-1.0': '0b9283487a4e815a',
  'iso-27017-2015': '0a079ab117ddbb21',
  'iso-27018-2019': 'd695aacde46a12e3',
  'iso-27701-2019': 'bf4cad7140a5c29a',
  'iso-27018-2025': '37eddb51bf0704a9',
  'iso-27701-2025': 'db331e082713f00a',
  'nist-800-171-r2': '39be3710dd989fd3',
  'nist-800-171-r3': '8835283b6e9fbda3',
  'cmmc-2.0-l2': 'a026bb68ac77626b',
  nis2: '1936cf32afadf8e6',
  'nis2-annex-2024': 'fd2f488b59d52618',
  dora: 'ee8973161746cbed',
  gdpr: '5576e68ca914c6b3',
  'eu-ai-act': '9d8174e63120d2c8',
  'india-dpdp-2023': 'dc2656ae2428a6af',
  'sebi-cscrf-2024': '1a0bed5015413db7',
  'soc2-tsc-2017': 'f8d9bae9c257957c',
  'iso-27001-2022': 'b339cbc7453ba6ae',
  'nist-csf-2.0': 'efb50b68f872ba44',
  'nist-800-53-r5': 'ee053c6b55dfc571',
  'pci-dss-4.0.1': '6b075f4f7290f425',
  'cis-controls-8.1': 'c64d69fc87e2cd57',
  'hipaa-security-rule': 'b68690de1ed66cf0',
};

describe('the control library', () => {
  it('is broad, and every control has keywords', () => {
    expect(controls.length).toBeGreaterThanOrEqual(350);
    expect(new Set(controls.map((control) => control.domain)).size).toBeGreaterThanOrEqual(25);
    for (const control of controls) {
      const least = control.kind === 'technology' ? 8 : 4;
      expect(control.keywords.length, control.id).toBeGreaterThanOrEqual(least);
      expect(new Set(control.keywords).size, control.id).toBe(control.keywords.length);
      expect(control.id.startsWith(`${control.domain}-`), control.id).toBe(true);
      expect(catalogue.domains.has(control.domain), control.id).toBe(true);
    }
  });

  it('has every control id once', () => {
    const files = controls.map((control) => control.id);
    expect(new Set(files).size).toBe(files.length);
    expect(catalogue.controls.size).toBe(files.length);
  });

  it('has an umbrella control in every domain', () => {
    for (const domain of catalogue.domains.values()) {
      expect(catalogue.controls.get(domain.umbrella)?.domain, domain.code).toBe(domain.code);
    }
  });
});

describe('the frameworks', () => {
  it('are the expected ones', () => {
    expect([...catalogue.frameworks.keys()].sort()).toEqual(expected.map(([slug]) => slug).sort());
  });

  it.each(expected)('%s has all %i requirements, each once', (slug, count, form, present) => {
    const ids = catalogue.frameworks.get(slug)?.requirements.map(({ id }) => id) ?? [];
    expect(ids.filter((id) => !form.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(count);
    for (const id of present) expect(catalogue.requirement(slug, id)?.id).toBe(id);
  });

  it.each(Object.entries(digests))('%s has the ids of its publication', (slug, digest) => {
    const ids = catalogue.frameworks.get(slug)?.requirements.map(({ id }) => id) ?? [];
    const sha256 = createHash('sha256').update(ids.sort().join('\n')).digest('hex');
    expect(sha256.slice(0, 16)).toBe(digest);
  });

  it('name their publication, and when their ids were compared with what', () => {
    for (const { id, source, requirements } of frameworks) {
      expect(source?.count, id).toBe(requirements.length);
      // Some have only a month.
      expect(source?.published, id).toMatch(/^\d{4}-\d\d(-\d\d)?$/);
      const date = new Date(source?.published ?? '').toISOString();
      expect(date.startsWith(source?.published ?? '-'), id).toBe(true);
      expect(source?.publication.length, id).toBeGreaterThan(10);
      expect(source?.ids.length, id).toBeGreaterThan(20);
      expect(source?.checked, id).toMatch(/^202\d-(0[1-9]|1[0-2])$/);
    }
  });

  it('have 300 base controls in 20 families of NIST 800-53', () => {
    const ids = catalogue.frameworks.get('nist-800-53-r5')?.requirements.map(({ id }) => id) ?? [];
    const base = ids.filter((id) => !id.includes('('));
    expect(base.length).toBe(300);
    expect(new Set(base.map((id) => id.slice(0, 2))).size).toBe(20);
  });

  it('that are superseded name the newer edition, and where their requirements are in it', () => {
    const superseded = frameworks.filter(({ supersededBy }) => supersededBy !== undefined);
    expect(superseded.map(({ id, supersededBy }) => [id, supersededBy])).toEqual([
      ['iso-27018-2019', 'iso-27018-2025'],
      ['iso-27701-2019', 'iso-27701-2025'],
      ['nist-800-171-r2', 'nist-800-171-r3'],
    ]);
    for (const { id, supersededBy = '', moves = {} } of superseded) {
      expect(Object.keys(moves).length, id).toBeGreaterThan(20);
      for (const [from, to] of Object.entries(moves)) {
        expect(catalogue.requirement(id, from)?.id, from).toBe(from);
        for (const each of to) expect(catalogue.requirement(supersededBy, each)?.id).toBe(each);
      }
    }
  });

  it('have no former id twice, and none that is in use', () => {
    for (const { id, requirements } of frameworks) {
      const former = requirements.flatMap(({ formerly = [] }) => formerly);
      const ids = [...requirements.map((each) => each.id), ...former];
      expect(new Set(ids).size, id).toBe(ids.length);
    }
  });

  it.each(frameworks)(
    '$id: edges, sections and attestations hold',
    ({ sections, requirements }) => {
      const known = new Set(sections.map(({ id }) => id));
      for (const { id, section, attestation, controls: edges } of requirements) {
        expect(known.has(section), id).toBe(true);
        expect(edges.length, `${id} has no control`).toBeGreaterThan(0);
        for (const { controlId } of edges) expect(catalogue.controls.has(controlId), id).toBe(true);
        if (attestation) continue;
        const kinds = edges
          .filter(({ relation }) => relation !== 'intersects')
          .map(({ controlId }) => catalogue.controls.get(controlId)?.kind);
        expect(new Set(kinds), `${id} says more than a scan can see`).toEqual(
          new Set(['technology']),
        );
        const covering = edges.filter(({ relation }) => ['equal', 'subset'].includes(relation));
        const wide = edges.filter(({ relation }) => relation === 'superset');
        expect(covering.length > 0 || wide.length >= 2, `${id} is not covered`).toBe(true);
      }
    },
  );

  it('can be reached from the controls', () => {
    const served = catalogue.requirementsOf('IAC-06');
    expect(served.some(({ framework }) => framework.id === 'pci-dss-4.0.1')).toBe(true);
    expect(catalogue.requirementsOf('nothing')).toEqual([]);
  });
});

describe('loading', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const copy = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
    folders.push(folder);
    cpSync(join(packageRoot, 'catalogue'), folder, { recursive: true });
    return folder;
  };

  it('notices a changed library', () => {
    const folder = copy();
    expect(loadCatalogue(folder).version).toBe(catalogue.version);
    const emb = 'domain: EMB\nname: Embedded\ncontrols: []\n';
    writeFileSync(join(folder, 'controls/emb.yaml'), emb);
    expect(loadCatalogue(folder).version).not.toBe(catalogue.version);
  });

  it('uses the compiled library while its files are unchanged, with the same content', () => {
    const folder = copy();
    const compiled = join(folder, 'catalogue.json');
    writeFileSync(compiled, compiledText(catalogue));
    const fast = loadCatalogue(folder, { compiled });
    expect(compiledText(fast)).toBe(compiledText(catalogue));
    expect(fast.requirementsOf('IAC-06')).toEqual(catalogue.requirementsOf('IAC-06'));
    // Its content is returned, so it was read.
    writeFileSync(compiled, compiledText(catalogue).replace('"weight":', '"weight": 1'));
    expect(compiledText(loadCatalogue(folder, { compiled }))).not.toBe(compiledText(catalogue));
    writeFileSync(compiled, `${catalogue.version}\n{"domains":`);
    expect(compiledText(loadCatalogue(folder, { compiled }))).toBe(compiledText(catalogue));
    writeFileSync(compiled, compiledText(catalogue));
    writeFileSync(join(folder, 'controls/emb.yaml'), 'domain: EMB\nname: E\ncontrols: []\n');
    const changed = loadCatalogue(folder, { compiled });
    expect(changed.version).not.toBe(catalogue.version);
    writeFileSync(join(folder, 'controls/emb.yaml'), 'domain: [EMB\n');
    expect(() => loadCatalogue(folder, { compiled })).toThrow(/controls\/emb\.yaml: /);
  });

  it('names file and entry of a mistake', () => {
    const folder = copy();
    const entry = '{ id: EMB-01, title: t, intent: i, weight: 11, kind: people, cadence: annual }';
    const emb = `domain: EMB\nname: Embedded\ncontrols:\n  - ${entry}\n`;
    writeFileSync(join(folder, 'controls/emb.yaml'), emb);
    expect(() => loadCatalogue(folder)).toThrow(
      /controls\/emb\.yaml: controls\[0\] \(EMB-01\)\.weight/,
    );
    writeFileSync(join(folder, 'controls/emb.yaml'), 'domain: [EMB\n');
    expect(() => loadCatalogue(folder)).toThrow(/controls\/emb\.yaml: /);
  });

  it('rejects a requirement with a number that the library does not know', () => {
    const folder = copy();
    const entry =
      '{ id: "1", section: s, title: t, attestation: false, parameter: { shoeSize: { min: 12 } }, controls: { IAC-06: equal } }';
    const framework = `id: f\nname: F\nversion: "1"\npublisher: us\nabout: test\nsections: [{ id: s, title: s }]\nrequirements:\n  - ${entry}\n`;
    writeFileSync(join(folder, 'frameworks/f.yaml'), framework);
    expect(() => loadCatalogue(folder)).toThrow('f: 1: there is no parameter shoeSize');
    writeFileSync(join(folder, 'frameworks/f.yaml'), framework.replace('shoeSize', 'sessionIdle'));
    const [requirement] = loadCatalogue(folder).frameworks.get('f')?.requirements ?? [];
    expect(requirement?.parameter).toEqual({ sessionIdle: { min: 12 } });
  });
});
