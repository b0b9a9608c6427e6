import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inflateSync } from 'node:zlib';
import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scfWorkbook } from '../../../testing/scf-workbook.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';

const HARBOUR = 'scf:general-harbour-code-2';
const SAID =
  /Secure Controls Framework © SCF Council, CC BY-ND 4\.0, release 2026\.1, file sha256 /;

let core: TestCore;
let built: Assessments;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments'));
  built = core.container.get('assessments');
  team = new TestTeam(core);
  const path = join(core.platform.config.dataDir, 'scf.xlsx');
  await writeFile(path, await scfWorkbook());
  const { imports, frameworks } = core.catalogue.scf;
  const { release } = await imports.stage(team.actor, { path });
  await imports.import(team.actor, release.id);
  await frameworks.choose(team.actor, HARBOUR, true);
});
afterAll(() => core.close());

const begin = (questionnaireId: string) =>
  built.assessments.create(team.actor, { questionnaireId, name: 'Harbour review' });
const bytesOf = async (assessmentId: string, format: 'pdf' | 'xlsx') => {
  const { content } = await built.exports.export(team.actor, assessmentId, format);
  return buffer(Readable.from(content, { objectMode: false }));
};
/** Words of the first page, as the standard fonts are written. */
const coverOf = (pdf: Buffer) => {
  const [, content = ''] = /stream\n([\s\S]*?)\nendstream/.exec(pdf.toString('latin1')) ?? [];
  const page = inflateSync(Buffer.from(content, 'latin1')).toString('latin1');
  return [...page.matchAll(/\[([^\]]*)\] TJ/g)]
    .map(([, line = '']) =>
      [...line.matchAll(/<([0-9a-f]+)>/g)]
        .map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1'))
        .join(''),
    )
    .join(' ')
    .replace(/\s+/g, ' ');
};

it('is said of a questionnaire made of the SCF: in lists, the page and both documents', async () => {
  const offered = await built.assessments.questionnaires(team.actor);
  const told = offered.filter(({ attribution }) => attribution).map(({ id }) => id);
  expect(told).toEqual([`framework:${HARBOUR}`]);
  const { id, attributions } = await begin(`framework:${HARBOUR}`);
  expect(attributions).toEqual([expect.stringMatching(SAID)]);
  // It has ids only: said once, with what its controls ask for.
  const [question] = await built.answers.all(team.actor, id);
  expect(question).toMatchObject({ title: '5.9', help: expect.stringMatching(/factor/i) });
  const { items } = await built.assessments.list(team.actor, { limit: 10 });
  expect(items.find((each) => each.id === id)?.attribution).toMatch(SAID);
  expect(coverOf(await bytesOf(id, 'pdf'))).toMatch(SAID);
  for (const { sheet, data } of await readExcelFile(await bytesOf(id, 'xlsx'))) {
    expect(data.flat().join('\n'), sheet).toMatch(SAID);
  }
});

it('is said where a framework of the SCF is only named beside a question of ours, and not else', async () => {
  const detail = await begin('csf-2.0-profile');
  const questions = await built.answers.all(team.actor, detail.id);
  const frameworks = questions.flatMap(({ alsoAnswers }) => alsoAnswers.map((a) => a.framework));
  expect(frameworks).toContain(HARBOUR);
  expect(detail.attributions).toEqual([expect.stringMatching(SAID)]);
  await core.catalogue.scf.frameworks.choose(team.actor, HARBOUR, false);
  const { attributions } = await built.assessments.get(team.actor, detail.id);
  expect(attributions).toEqual([]);
  await core.catalogue.scf.frameworks.choose(team.actor, HARBOUR, true);
});

it('stays with the texts of an assessment whose framework the team uses no longer', async () => {
  const { id } = await begin(`framework:${HARBOUR}`);
  await core.catalogue.scf.frameworks.choose(team.actor, HARBOUR, false);
  const { attributions } = await built.assessments.get(team.actor, id);
  expect(attributions).toEqual([expect.stringMatching(SAID)]);
  await core.catalogue.scf.frameworks.choose(team.actor, HARBOUR, true);
});

it('is said of a control whose requirements are of the SCF', async () => {
  const serving = (await core.catalogue.catalogues.of(team.actor)).frameworks.get(HARBOUR);
  const controlId = serving?.requirements.flatMap(({ controls }) => controls)[0]?.controlId ?? '';
  const { attributions } = await team.control(controlId);
  expect(attributions).toEqual([expect.stringMatching(SAID)]);
  await core.catalogue.scf.frameworks.choose(team.actor, HARBOUR, false);
  expect((await team.control(controlId)).attributions).toEqual([]);
});
