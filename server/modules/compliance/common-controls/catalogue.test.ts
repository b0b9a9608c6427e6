import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../package-root.js';
import { loadCatalogue } from './catalogue.js';

const catalogue = loadCatalogue();
const controls = [...catalogue.controls.values()];
const frameworks = [...catalogue.frameworks.values()];

/** Slug, number of requirements in the standard, form of an id, ids that must be there. */
const expected: [string, number, RegExp, string[]][] = [
  ['soc2-tsc-2017', 61, /^(CC[1-9]|A1|C1|PI1|P[1-8])\.\d$/, ['CC6.1', 'A1.2', 'P8.1']],
  ['iso-27001-2022', 93, /^A\.[5-8]\.\d{1,2}$/, ['A.5.15', 'A.8.34']],
  ['nist-csf-2.0', 106, /^(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d\d$/, ['PR.AA-01', 'GV.SC-10']],
  ['nist-800-53-r5', 480, /^[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?$/, ['AC-2(1)', 'AC-2', 'SR-12']],
  ['pci-dss-4.0.1', 230, /^(\d{1,2}|A[123])(\.\d{1,2}){2}$/, ['8.3.6', '1.2.5', 'A1.1.2']],
  ['cis-controls-8.1', 153, /^\d{1,2}\.\d{1,2}$/, ['3.11', '18.5']],
  [
    'hipaa-security-rule',
    87,
    /^164\.3(06|08|10|12|14|16)(\([a-z]\))(\(\d\))?(\([ivx]+\))?(\([A-Z]\))?(\(\d\))?$/,
    ['164.312(a)(2)(iv)', '164.308(a)(1)(ii)(D)'],
  ],
];

describe('the control library', () => {
  it('is broad, and every control can be found by its words', () => {
    expect(controls.length).toBeGreaterThanOrEqual(200);
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
  it('are the seven', () => {
    expect([...catalogue.frameworks.keys()].sort()).toEqual(expected.map(([slug]) => slug).sort());
  });

  it.each(expected)('%s has all %i requirements, each once', (slug, count, form, present) => {
    const ids = catalogue.frameworks.get(slug)?.requirements.map(({ id }) => id) ?? [];
    expect(ids.filter((id) => !form.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(count);
    for (const id of present) expect(catalogue.requirement(slug, id)?.id).toBe(id);
  });

  it('have 298 base controls in 20 families of NIST 800-53', () => {
    const ids = catalogue.frameworks.get('nist-800-53-r5')?.requirements.map(({ id }) => id) ?? [];
    const base = ids.filter((id) => !id.includes('('));
    expect(base.length).toBe(298);
    expect(new Set(base.map((id) => id.slice(0, 2))).size).toBe(20);
  });

  it.each(frameworks)(
    '$id: edges, sections and attestations hold',
    ({ sections, requirements }) => {
      const known = new Set(sections.map(({ id }) => id));
      for (const { id, section, attestation, controls: edges } of requirements) {
        expect(known.has(section), id).toBe(true);
        expect(attestation || edges.length > 0, id).toBe(true);
        for (const { controlId } of edges) expect(catalogue.controls.has(controlId), id).toBe(true);
        if (attestation) continue;
        const covering = edges.filter(({ relation }) => ['equal', 'subset'].includes(relation));
        const wide = edges.filter(({ relation }) => relation === 'superset');
        expect(covering.length > 0 || wide.length >= 2, `${id} is not covered`).toBe(true);
      }
    },
  );

  it('are reachable from the controls', () => {
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
});
