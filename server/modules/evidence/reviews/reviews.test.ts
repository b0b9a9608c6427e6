import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { EvidenceDetail } from '../../../../contract/evidence.js';
import { packageRoot } from '../../../package-root.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { ConflictError } from '../../../platform/errors.js';
import { createTestApp, scansToControlsAnd, type TestApp } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Evidence } from '../index.js';
import { bytesForm } from '../testing/evidence-files.js';

const SAMPLE = join(packageRoot, 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json');
let app: TestApp;
let evidence: Evidence;
let ann: Actor;
let bob: Actor;
beforeAll(async () => {
  app = await createTestApp({ ...scansToControlsAnd('evidence'), authenticate: () => ann });
  evidence = app.container.get('evidence');
});
beforeEach(async () => {
  const team = new TestTeam(app);
  await team.register();
  ann = { ...team.actor, userId: 'ann', name: 'ann' };
  bob = { ...team.actor, userId: 'bob', name: 'bob' };
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => app.close());

async function policyOfAnn(): Promise<string> {
  const url = '/api/evidence?kind=policy&controls=IAC-06&title=Policy';
  const payload = bytesForm('Second factors are demanded.', 'policy.txt');
  const made = await app.server.inject({ method: 'POST', url, payload });
  return made.json<EvidenceDetail>().id;
}
const control = () => app.compliance.controls.get(ann, 'IAC-06');
const answers = {
  statement: 'The policy says so.',
  controls: [{ controlId: 'IAC-06', status: 'implemented' as const }],
};

test.each([
  { kind: 'override', status: 'not_implemented', justification: 'The old system has none yet.' },
  { kind: 'not_applicable', approver: 'carol', justification: 'Nobody signs in here.' },
] as const)('an answer by evidence does not replace the decision “$kind”', async (decision) => {
  const id = await policyOfAnn();
  await app.compliance.controls.decide(ann, 'IAC-06', decision);
  await expect(evidence.reviews.approve(bob, id, { answers })).rejects.toThrow(/IAC-06 .*withdraw/);
  expect((await control()).decision).toMatchObject({ kind: decision.kind });
  expect(await evidence.items.get(bob, id)).toMatchObject({ state: 'pending_review', answers: [] });
  await app.compliance.controls.withdraw(ann, 'IAC-06');
  await evidence.reviews.approve(bob, id, { answers });
  expect(await control()).toMatchObject({ status: 'implemented', decision: { kind: 'answer' } });
});

test('an expired decision does not block an answer by evidence', async () => {
  const id = await policyOfAnn();
  const expiresAt = new Date(app.clock.now().getTime() + 86_400_000).toISOString();
  const override = { kind: 'override', status: 'partial', justification: 'Half done.' } as const;
  await app.compliance.controls.decide(ann, 'IAC-06', { ...override, expiresAt });
  app.clock.moveDays(2);
  await evidence.reviews.approve(bob, id, { answers });
  expect(await control()).toMatchObject({ status: 'implemented' });
});

test('a change after the reviewer loaded the item cannot be approved unseen', async () => {
  const id = await policyOfAnn();
  const { createdAt } = await evidence.items.get(bob, id);
  app.clock.moveDays(0.01);
  await evidence.items.change(ann, id, { controlIds: ['IAC-06', 'IAC-01'] });
  await expect(evidence.reviews.approve(bob, id, { seenAt: createdAt })).rejects.toMatchObject({
    status: 409,
    message: expect.stringContaining('reload it'),
  });
  const { reviews } = await evidence.items.get(bob, id);
  app.clock.moveDays(0.01);
  await evidence.items.change(ann, id, { title: 'Another title' });
  const seenAt = reviews.at(-1)?.at;
  expect(await evidence.reviews.approve(bob, id, { seenAt })).toMatchObject({ state: 'approved' });
});

test('with four eyes nobody approves their own change before another person did', async () => {
  await evidence.reviews.putSettings(ann, { fourEyes: true, maxUploadMegabytes: 25 });
  const id = await policyOfAnn();
  await evidence.items.change(bob, id, { controlIds: ['IAC-06', 'IAC-01'] });
  await expect(evidence.reviews.approve(bob, id, {})).rejects.toThrow(ConflictError);
  await expect(evidence.reviews.approve(ann, id, {})).rejects.toThrow(ConflictError);
  expect(await evidence.items.get(bob, id)).toMatchObject({ mayApprove: false });
  const carol = { ...bob, userId: 'carol', name: 'carol' };
  await evidence.reviews.approve(carol, id, {});
  await evidence.items.change(carol, id, { controlIds: ['IAC-06'] });
  expect(await evidence.reviews.approve(bob, id, {})).toMatchObject({ state: 'approved' });
});

test('with four eyes a changed title blocks nobody', async () => {
  await evidence.reviews.putSettings(ann, { fourEyes: true, maxUploadMegabytes: 25 });
  const id = await policyOfAnn();
  await evidence.items.change(bob, id, { title: 'Sign-in policy' });
  expect(await evidence.reviews.approve(bob, id, {})).toMatchObject({ state: 'approved' });
});

test('an import that the engine has not evaluated yet is collected later, completely', async () => {
  const { id } = await app.scans.imports.importFile(ann, SAMPLE);
  const { matches } = app.mapping;
  const unevaluated = vi.spyOn(matches, 'list').mockResolvedValueOnce([]);
  expect(await evidence.collector.collectImport(ann, id)).toBeNull();
  expect(unevaluated).toHaveBeenCalledOnce();
  expect(await evidence.collector.collectImport(ann, id)).toBeGreaterThan(3);
});

test('a temporary fault does not fail a package, the last retry does', async () => {
  const to = app.clock.now().toISOString();
  const wanted = { frameworkId: 'soc2-tsc-2017', from: '2025-06-01T00:00:00.000Z', to };
  const { id } = await evidence.packages.request(ann, wanted);
  const broken = vi.spyOn(evidence.collector, 'collectStatements');
  const fault = () => broken.mockRejectedValueOnce(new Error('the disk is unavailable'));
  fault();
  const again = evidence.packages.run(ann, id, undefined, { isLastTry: false });
  await expect(again).rejects.toThrow('the disk is unavailable');
  expect(await evidence.packages.get(ann, id)).toMatchObject({ state: 'building', problem: null });
  expect(await evidence.packages.run(ann, id)).toMatchObject({ state: 'ready' });
  const { id: other } = await evidence.packages.request(ann, wanted);
  fault();
  await expect(evidence.packages.run(ann, other)).rejects.toThrow('the disk is unavailable');
  expect(await evidence.packages.get(ann, other)).toMatchObject({
    ...{ state: 'failed', problem: 'the disk is unavailable' },
  });
});
