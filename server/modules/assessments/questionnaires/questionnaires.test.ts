import { describe, expect, it, test } from 'vitest';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { isCounted } from '../../catalogue/common-controls/counted.rules.js';
import { Questionnaires } from './questionnaires.js';

const catalogue = loadCatalogue();
const questionnaires = new Questionnaires();
const items = questionnaires.files.flatMap((file) => ('items' in file ? [file] : []));
const itemsOf = (id: string) => items.find((file) => file.id === id)?.items ?? [];

test('there are eight ready questionnaires, and one for every framework', () => {
  const list = questionnaires.list(catalogue);
  expect(list.filter(({ asks }) => asks !== 'requirements').map(({ id }) => id)).toEqual([
    'csf-2.0-profile',
    'devsecops-maturity',
    'iso-27001-readiness',
    'owasp-api-top-10-2023',
    'owasp-asvs-5.0',
    'owasp-samm-2.0',
    'soc2-readiness',
    'ssdf-attestation',
  ]);
  expect(list.filter(({ asks }) => asks === 'requirements')).toHaveLength(
    catalogue.frameworks.size,
  );
});

describe.each(items.map((file) => [file.id, file] as const))('%s', (_, file) => {
  it('has the questions of its source, each once, in a category and about known controls', () => {
    expect(file.items).toHaveLength(file.source.count);
    expect(new Set(file.items.map(({ id }) => id)).size).toBe(file.items.length);
    expect(new Set(file.items.map(({ title }) => title)).size).toBe(file.items.length);
    const categories = new Set(file.categories.map(({ id }) => id));
    for (const item of file.items) {
      expect(categories).toContain(item.category);
      expect(Object.keys(item.controls)).not.toEqual([]);
      for (const id of Object.keys(item.controls))
        expect(catalogue.controls.has(id), id).toBe(true);
    }
  });
});

test('ASVS 5.0.0 has its chapters, sections and levels', () => {
  const asvs = itemsOf('owasp-asvs-5.0');
  for (const { id, category } of asvs) {
    const [, section] = /^v5\.0\.0-((?:\d+)\.(?:\d+))\.\d+$/.exec(id) ?? [];
    expect(`V${section}`).toBe(category);
  }
  const ofLevel = [1, 2, 3].map((level) => asvs.filter((item) => item.level === level).length);
  expect(ofLevel).toEqual([70, 183, 92]);
  expect(new Set(asvs.map(({ id }) => id.split('.').slice(0, 3).join('.'))).size).toBe(17);
  const sizes = [1, 2, 3].map(
    (level) => questionnaires.form(catalogue, 'owasp-asvs-5.0', level).questions.length,
  );
  expect(sizes).toEqual([70, 253, 345]);
});

test('ASVS numbers its requirements without gaps', () => {
  const last = new Map<string, number>();
  for (const { id, category } of itemsOf('owasp-asvs-5.0')) {
    const number = Number(id.split('.').at(-1));
    expect(number, id).toBe((last.get(category) ?? 0) + 1);
    last.set(category, number);
  }
});

test('SAMM 2.0 has 15 practices of two streams in three levels', () => {
  const samm = itemsOf('owasp-samm-2.0');
  const practices = new Set(samm.map(({ category }) => category));
  expect(practices.size).toBe(15);
  for (const practice of practices) {
    const ids = samm.filter(({ category }) => category === practice).map(({ id }) => id);
    const all = ['A', 'B'].flatMap((s) => [1, 2, 3].map((n) => `${practice}-${s}-${n}`));
    expect(ids).toEqual(all);
  }
  for (const { id, level } of samm) expect(id.endsWith(`-${level}`)).toBe(true);
});

describe('a form of a framework', () => {
  const frameworks = [...catalogue.frameworks.values()];

  it.each(frameworks.map((each) => [each.id, each] as const))(
    '%s asks for every requirement that binds the team',
    (id, framework) => {
      const form = questionnaires.form(catalogue, `framework:${id}`, null);
      expect(form.questions.map(({ requirementId }) => requirementId)).toEqual(
        framework.requirements.filter(isCounted).map((requirement) => requirement.id),
      );
      const categories = new Set(form.categories.map((category) => category.id));
      for (const { category } of form.questions) expect(categories).toContain(category);
    },
  );

  it('by controls asks about each control once and covers every requirement', () => {
    for (const id of [
      'soc2-readiness',
      'iso-27001-readiness',
      'csf-2.0-profile',
      'ssdf-attestation',
    ]) {
      const form = questionnaires.form(catalogue, id, null);
      const asked = form.questions.filter(({ kind }) => kind === 'control');
      const controls = asked.flatMap((question) => question.controls.map((each) => each.controlId));
      expect(new Set(controls).size).toBe(controls.length);
      const framework = catalogue.frameworks.get(form.questionnaire.framework ?? '');
      const asksRequirement = new Set(form.questions.map(({ requirementId }) => requirementId));
      for (const requirement of framework?.requirements ?? []) {
        const byControls = requirement.controls.every((edge) => controls.includes(edge.controlId));
        expect(
          byControls && (requirement.controls.length > 0 || asksRequirement.has(requirement.id)),
        ).toBe(true);
        if (requirement.attestation) expect(asksRequirement).toContain(requirement.id);
      }
    }
  });
});

test('an unknown questionnaire or level is rejected with the name of the field', () => {
  expect(() => questionnaires.form(catalogue, 'nothing', null)).toThrow(/body\.questionnaireId/);
  expect(() => questionnaires.form(catalogue, 'owasp-asvs-5.0', 4)).toThrow(
    /body\.level.*3 levels/,
  );
  expect(() => questionnaires.form(catalogue, 'soc2-readiness', 1)).toThrow(/no levels/);
});
