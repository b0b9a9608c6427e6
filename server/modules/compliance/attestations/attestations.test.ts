import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;
/** A requirement that needs an attestation, and one whose controls cover it. */
let needing: { framework: string; id: string };
let covered: { framework: string; id: string };

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  const all = [...core.catalogue.shipped.frameworks.values()].flatMap((framework) =>
    framework.requirements.map((requirement) => ({ framework: framework.id, ...requirement })),
  );
  const first = (attestation: boolean) => {
    const found = all.find((item) => item.attestation === attestation && item.controls.length > 0);
    if (!found) throw new Error('no such requirement in the catalogue');
    return found;
  };
  needing = first(true);
  covered = first(false);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const statement = 'the board signed the policy';
const inDays = (days: number) =>
  new Date(core.clock.now().getTime() + days * 86_400_000).toISOString();
const attest = (days = 300, { framework, id } = needing) =>
  core.compliance.attestations.attest(team.actor, framework, id, {
    statement,
    expiresAt: inDays(days),
  });
const posture = async () => {
  const { requirementStates, ...framework } = await core.compliance.posture.framework(
    team.actor,
    needing.framework,
  );
  return { ...framework, requirement: requirementStates.find(({ id }) => id === needing.id) };
};

describe('an attestation', () => {
  it('raises coverage and score, and shows its author, text and end', async () => {
    const before = await posture();
    const state = await attest();
    expect(state).toMatchObject({
      attestationNeeded: true,
      status: 'partial',
      attestation: { statement, actor: team.actor.name, expiresAt: inDays(300) },
    });
    const after = await posture();
    expect(after.requirement).toEqual(state);
    expect(after.requirement?.coverage).toBeGreaterThan(before.requirement?.coverage ?? 1);
    expect(after.coverage).toBeGreaterThanOrEqual(before.coverage ?? 100);
    expect(after.score).toBeGreaterThanOrEqual(before.score ?? 100);
    expect(after.ceiling).toBe(100);
  });

  it('and implemented controls together satisfy the requirement; alone it does not', async () => {
    await attest();
    const controls = (await posture()).requirement?.controls ?? [];
    for (const { id } of controls) {
      expect((await posture()).requirement?.status).toBe('partial');
      await core.compliance.controls.decide(team.actor, id, {
        kind: 'override',
        status: 'implemented',
        justification: 'done elsewhere',
      });
    }
    expect((await posture()).requirement).toMatchObject({ status: 'satisfied', value: 1 });
  });

  it('never hides a failing control', async () => {
    await attest();
    const [control] = (await posture()).requirement?.controls ?? [];
    await core.compliance.controls.decide(team.actor, control?.id ?? '', {
      kind: 'override',
      status: 'not_implemented',
      justification: 'we know it is not',
    });
    expect((await posture()).requirement).toMatchObject({ status: 'failing' });
  });

  it('leaves no trace in the scores when withdrawn, but one in the audit trail', async () => {
    const before = await posture();
    await attest();
    const { framework, id } = needing;
    const state = await core.compliance.attestations.withdraw(team.actor, framework, id);
    expect(state).toMatchObject({ attestation: null, status: 'not_assessed' });
    expect(await posture()).toEqual(before);
    const entries = await core.platform.audit.about(team.actor, `${framework}/${id}`);
    expect(entries.map(({ action }) => action).sort()).toEqual([
      'requirement.attestation_withdrawn',
      'requirement.attested',
    ]);
    await expect(core.compliance.attestations.withdraw(team.actor, framework, id)).rejects.toThrow(
      NotFoundError,
    );
  });

  it('ends when it expires', async () => {
    const before = await posture();
    await attest(10);
    core.clock.moveDays(10);
    expect((await posture()).requirement).toEqual(before.requirement);
    expect((await attest(10)).attestation).not.toBeNull();
  });

  it('ends within 370 days, and not in the past', async () => {
    await expect(attest(371)).rejects.toThrow(InvalidInputError);
    await expect(attest(0)).rejects.toThrow(/future/);
    expect((await attest(370)).attestation).not.toBeNull();
  });

  it('is rejected for a requirement that its controls cover, and for an unknown one', async () => {
    await expect(attest(300, covered)).rejects.toThrow(ConflictError);
    await expect(attest(300, { ...needing, id: 'nothing' })).rejects.toThrow(NotFoundError);
    await expect(attest(300, { ...needing, framework: 'nothing' })).rejects.toThrow(NotFoundError);
  });

  it('counts for its own team only', async () => {
    await attest();
    const other = new TestTeam(core);
    const { framework, id } = needing;
    const { requirementStates } = await core.compliance.posture.framework(other.actor, framework);
    expect(requirementStates.find((item) => item.id === id)?.attestation).toBeNull();
    await expect(core.compliance.attestations.withdraw(other.actor, framework, id)).rejects.toThrow(
      NotFoundError,
    );
  });
});
