import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvidenceItem } from '../../../../contract/evidence.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { PATIENT } from '../../../testing/patient.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Evidence } from '../index.js';

const FRAMEWORK = 'acme-1';
const OLD = 'A policy is written';
const statement = 'the board signed the policy';
const DAY_MS = 86_400_000;

let core: TestCore;
let evidence: Evidence;
let actor: Actor;
beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('evidence'));
  evidence = core.container.get('evidence');
});
beforeEach(async () => {
  const team = new TestTeam(core);
  await team.register();
  actor = team.actor;
});
afterAll(() => core.close());

const inDays = (days: number) => new Date(core.clock.now().getTime() + days * DAY_MS).toISOString();
const collect = () => evidence.collector.collectStatements(actor);

async function found(kind: 'answer' | 'attestation', deleted = false): Promise<EvidenceItem[]> {
  const { items } = await evidence.items.list(actor, { kind: [kind], limit: 100, deleted });
  return items.sort((a, b) => a.effectiveFrom.localeCompare(b.effectiveFrom));
}

describe('evidence of an attestation', () => {
  const importFramework = async (title: string) => {
    const text = `id: ${FRAMEWORK}\nname: Acme rules\nversion: 1\nrequirements:\n  - { id: P1, title: ${title} }\n`;
    const file = { fileName: 'own.yaml', stream: Readable.from([text]) };
    await core.catalogue.customFrameworks.import(actor, file, {});
  };
  const attest = (days = 200) =>
    core.compliance.attestations.attest(actor, FRAMEWORK, 'P1', {
      statement,
      expiresAt: inDays(days),
    });

  test('ends when the attested text changes, and counts again once it is back, but not in between', async () => {
    await importFramework(OLD);
    await attest();
    const given = core.clock.now().toISOString();
    expect(await collect()).toBe(1);
    core.clock.moveDays(10);
    await importFramework('A policy is read by everybody');
    await collect();
    const endedAt = core.clock.now().toISOString();
    expect(await found('attestation')).toMatchObject([
      { state: 'expired', valid: false, effectiveTo: endedAt },
    ]);

    core.clock.moveDays(10);
    await importFramework(OLD);
    expect(await collect()).toBe(1);
    const backSince = core.clock.now().toISOString();
    expect(await found('attestation')).toMatchObject([
      { state: 'expired', effectiveFrom: given, effectiveTo: endedAt },
      { state: 'auto_collected', valid: true, effectiveFrom: backSince, collectedAt: given },
    ]);
    expect(await collect()).toBe(0);

    await importFramework('A policy is read by everybody');
    await collect();
    core.clock.moveDays(10);
    await importFramework(OLD);
    expect(await collect()).toBe(1);
    expect(await found('attestation')).toHaveLength(3);
  });

  test('ends when the attestation ended, even when maintenance ran later', async () => {
    await importFramework(OLD);
    const { attestation } = await attest(5);
    await collect();
    core.clock.moveDays(9);
    await evidence.runMaintenance(actor);
    expect(await found('attestation')).toMatchObject([
      { state: 'expired', effectiveTo: attestation?.expiresAt, expiresAt: attestation?.expiresAt },
    ]);
    const [item] = await found('attestation');
    const trail = await core.platform.audit.about(actor, item?.id ?? '');
    expect(trail.map(({ action }) => action)).toEqual(['evidence.expired']);
  });
});

describe('evidence of an answer', () => {
  const answer = () =>
    core.compliance.controls.decide(actor, 'IAC-06', {
      kind: 'answer',
      status: 'implemented',
      justification: 'Access is reviewed every month.',
    });

  test('that was rejected stays rejected when the answer is withdrawn', async () => {
    await answer();
    await collect();
    const [item] = await found('answer');
    await evidence.reviews.reject(actor, item?.id ?? '', 'It is not so.');
    core.clock.moveDays(1);
    await core.compliance.controls.withdraw(actor, 'IAC-06');
    await collect();
    expect(await found('answer')).toMatchObject([{ state: 'rejected' }]);
  });

  test('that was withdrawn has its end in the audit trail', async () => {
    await answer();
    await collect();
    const [item] = await found('answer');
    core.clock.moveDays(1);
    await core.compliance.controls.withdraw(actor, 'IAC-06');
    await collect();
    const trail = await core.platform.audit.about(actor, item?.id ?? '');
    expect(trail.map(({ action }) => action)).toEqual(['evidence.ended']);
  });

  test('that a person removed stays removed', async () => {
    await answer();
    await collect();
    const [item] = await found('answer');
    await evidence.items.remove(actor, item?.id ?? '');
    expect(await collect()).toBe(0);
    expect(await found('answer')).toEqual([]);
    expect(await found('answer', true)).toHaveLength(1);
  });
});

test('an attestation becomes evidence at once, and ends once it is withdrawn', async () => {
  // The queue uses the real clock.
  const running = await createTestCore({
    ...scansToControlsAnd('evidence'),
    role: 'all',
    clock: { now: () => new Date() },
  });
  try {
    await new TestTeam(running, actor.teamId).register();
    const { items } = running.container.get('evidence');
    const { attestations, posture } = running.compliance;
    const shown = async () =>
      (await items.list(actor, { kind: ['attestation'], limit: 10, deleted: false })).items;
    const { requirementStates } = await posture.framework(actor, 'soc2-tsc-2017');
    const { id = '' } = requirementStates.find((one) => one.attestationNeeded) ?? {};
    const expiresAt = new Date(Date.now() + 100 * DAY_MS).toISOString();
    await attestations.attest(actor, 'soc2-tsc-2017', id, { statement, expiresAt });
    await expect.poll(shown, PATIENT).toMatchObject([{ valid: true }]);
    await attestations.withdraw(actor, 'soc2-tsc-2017', id);
    await expect.poll(shown, PATIENT).toMatchObject([{ state: 'expired' }]);
  } finally {
    await running.close();
  }
});
