import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createTestCore,
  scansToControlsAnd,
  type TestCore,
} from '../../../../testing/test-core.js';
import { TestTeam } from '../../../../testing/test-team.js';
import type { Evidence } from '../../index.js';
import { textsOf } from '../../testing/evidence-files.js';

/** One requirement for each status, of otherwise unrelated controls. */
const FILE = `id: acme-1
name: Acme rules
version: 1
requirements:
  - { id: satisfied, title: Answered, controls: { IAC-06: equal } }
  - { id: failing, title: Answered no, controls: { GOV-02: equal } }
  - { id: partial, title: Answered in part, controls: { HRS-01: equal } }
  - { id: unknown, title: Nobody looked, controls: { PES-01: equal } }
  - { id: not applicable, title: Agreed, controls: { PHY-X: equal } }
  - { id: overridden, title: Against a scan, controls: { CRY-09: equal } }
  - { id: attested, title: Said by a person, attestation: true }
  - { id: "§ 1(a) b/c", title: A name that no token is, attestation: true }
  - { id: half, title: One known and one not, controls: { IAC-06: superset, PES-01: superset } }
`;
const FRAMEWORK = 'acme-1';

let core: TestCore;
let evidence: Evidence;
let team: TestTeam;
beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('evidence'));
  team = new TestTeam(core, 'a');
  await core.platform.teams.ensure({ id: 'a', name: 'A', createdAt: '2026-01-01T00:00:00.000Z' });
  evidence = core.container.get('evidence');
  const { actor } = team;
  const { customFrameworks } = core.catalogue;
  const { controls, attestations } = core.compliance;
  const file = { fileName: 'own.yaml', stream: Readable.from([FILE.replace('PHY-X', 'PES-02')]) };
  await customFrameworks.import(actor, file, {});
  const answer = (id: string, status: 'implemented' | 'partial' | 'not_implemented') =>
    controls.decide(actor, id, {
      kind: 'answer',
      status,
      justification: `Stated for ${id} by its operators.`,
    });
  await answer('IAC-06', 'implemented');
  await answer('GOV-02', 'not_implemented');
  await answer('HRS-01', 'partial');
  await controls.decide(actor, 'PES-02', {
    kind: 'not_applicable',
    approver: 'Somebody Else',
    justification: 'There is no building of our own.',
  });
  await team.import([{ check: 'kms_cmk_are_used', resource: 'key', status: 'FAIL' }]);
  await controls.decide(actor, 'CRY-09', {
    kind: 'override',
    status: 'implemented',
    justification: 'Rotated by hand, with password=hunter2secret99 in the vault.',
    expiresAt: '2026-06-01T00:00:00.000Z',
  });
  await attestations.attest(actor, FRAMEWORK, 'attested', {
    statement: 'the board signed it, with password=hunter2secret99',
    expiresAt: '2026-09-01T00:00:00.000Z',
  });
  await evidence.runMaintenance(team.actor);
}, 60_000);
afterAll(() => core.close());

const SCHEMA = join(import.meta.dirname, 'fixtures/oscal-1.2-assessment.schema.json');
const ajv = new Ajv({ strict: false, allErrors: true });
// The plugin is CommonJS, unlike its types.
(formats as unknown as (target: Ajv) => void)(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

const textOf = async (model: 'assessment-results' | 'poam') =>
  (await evidence.oscal.document(team.actor, FRAMEWORK, model)).text;
// biome-ignore lint/suspicious/noExplicitAny: documents as a foreign reader sees them
type Document = any;
async function valid(model: 'assessment-results' | 'poam'): Promise<Document> {
  const document = JSON.parse(await textOf(model));
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  return document;
}
async function finding(requirement: string): Promise<Document> {
  const { results } = (await valid('assessment-results'))['assessment-results'];
  const found = results[0].findings.filter(({ target }: Document) =>
    target.props.some(
      ({ name, value }: Document) => name === 'requirement' && value === requirement,
    ),
  );
  expect([requirement, found.length]).toEqual([requirement, 1]);
  return found[0];
}

describe('assessment results', () => {
  test.each([
    ['satisfied', 'satisfied', 'pass', 'satisfied'],
    ['failing', 'not-satisfied', 'fail', 'failing'],
    ['partial', 'not-satisfied', 'other', 'partial'],
    ['unknown', 'not-satisfied', 'other', 'not_assessed'],
    ['not applicable', 'not-satisfied', 'other', 'not_applicable'],
    ['overridden', 'satisfied', 'other', 'satisfied'],
    ['attested', 'satisfied', 'pass', 'satisfied'],
    ['§ 1(a) b/c', 'not-satisfied', 'other', 'not_assessed'],
    ['half', 'not-satisfied', 'other', 'partial'],
  ])('report “%s” as %s, with reason %s', async (requirement, state, reason, status) => {
    const { target } = await finding(requirement);
    expect(target.status).toMatchObject({ state, reason });
    expect(target.status.remarks.length).toBeGreaterThan(20);
    expect(target.props).toContainEqual(expect.objectContaining({ name: 'status', value: status }));
  });

  test('state an override and that the evidence contradicts it', async () => {
    const { target, ...rest } = await finding('overridden');
    expect(target.status.remarks).toContain('CRY-09 counts as implemented by a person’s override');
    const decision = target.props.find(({ name }: Document) => name === 'decision');
    expect(decision).toMatchObject({ value: 'CRY-09' });
    expect(decision.remarks).toMatch(/^override: implemented, by .* until 2026-06-01\. Rotated/);
    expect(target.props).toContainEqual(
      expect.objectContaining({ name: 'contradicted', value: 'CRY-09' }),
    );
    expect(rest['related-risks']).toHaveLength(1);
  });

  test('name who agreed that a control does not apply', async () => {
    const { target } = await finding('not applicable');
    const { remarks } = target.props.find(({ name }: Document) => name === 'decision');
    expect(remarks).toMatch(/^not applicable, by .*, agreed by Somebody Else/);
    expect(target['implementation-status']).toEqual({ state: 'not-applicable' });
  });

  test('contain no secret, and stay the same until something changes', async () => {
    const first = await textOf('assessment-results');
    expect(first).not.toContain('hunter2secret99');
    core.clock.moveDays(1);
    expect(await textOf('assessment-results')).toBe(first);
    const poam = await textOf('poam');
    core.clock.moveDays(1);
    expect(await textOf('poam')).toBe(poam);
    await core.compliance.attestations.attest(team.actor, FRAMEWORK, '§ 1(a) b/c', {
      statement: 'the board signed this too',
      expiresAt: '2026-09-01T00:00:00.000Z',
    });
    expect(await textOf('assessment-results')).not.toBe(first);
    await core.compliance.attestations.withdraw(team.actor, FRAMEWORK, '§ 1(a) b/c');
  });
});

test('a package contains no secret that people wrote', async () => {
  const to = core.clock.now().toISOString();
  const wanted = { frameworkId: FRAMEWORK, from: '2026-01-01T00:00:00.000Z', to };
  const { id } = await evidence.packages.buildNow(team.actor, wanted);
  const zip = join(core.platform.config.dataDir, 'package.zip');
  await pipeline((await evidence.packages.content(team.actor, id)).content, createWriteStream(zip));
  const files = await textsOf(zip);
  expect([...files.keys()]).toEqual(expect.arrayContaining(['posture.json', 'evidence.json']));
  for (const [name, text] of files) {
    expect([name, text.includes('hunter2secret99')]).toEqual([name, false]);
  }
  const posture = JSON.parse(files.get('posture.json') ?? '');
  const decided = posture.controls.find((one: Document) => one.id === 'PES-02').decision;
  expect(decided).toMatchObject({ kind: 'not_applicable', approver: 'Somebody Else' });
});

test('the plan of action lists what scans found and what people answered', async () => {
  const { 'poam-items': items, risks } = (await valid('poam'))['plan-of-action-and-milestones'];
  const titles = items.map(({ title }: Document) => title.split(' ')[0]);
  expect(titles.sort()).toEqual(['CRY-09', 'GOV-02', 'HRS-01']);
  const known = risks.map(({ uuid }: Document) => uuid);
  for (const item of items) {
    for (const one of item['related-risks']) expect(known).toContain(one['risk-uuid']);
  }
  const answered = items.find(({ title }: Document) => title.startsWith('GOV-02'));
  expect(answered.description).toMatch(/answer: not implemented, by .* Stated for GOV-02/);
});
