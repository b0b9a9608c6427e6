import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Attestation } from './attestation.js';
import { AttestationsRepository } from './attestations.repository.js';
import { attestedHash } from './attested-text.rules.js';

/** Stores rows as an earlier release did. */
class StoredRows extends AttestationsRepository {
  async add(team: TestTeam['actor'], row: Omit<Attestation, 'id' | 'teamId'>): Promise<void> {
    const id = `${team.teamId}:${row.frameworkId}:${row.requirementId}`;
    await this.of(team).putMany([{ ...row, id, teamId: team.teamId }]);
  }
  count(team: TestTeam['actor']): Promise<number> {
    return this.of(team).count({});
  }
}

const FRAMEWORK = 'cmmc-2.0-l2';
const [BEFORE, NOW] = ['AC.L1-3.1.1', 'AC.L2-3.1.1'] as const;
const statement = 'the board signed the policy';

let core: TestCore;
let team: TestTeam;
let rows: StoredRows;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  rows = core.platform.repositories.create(StoredRows);
});
beforeEach(async () => {
  team = new TestTeam(core);
  const now = core.clock.now();
  const requirement = core.catalogue.shipped.requirement(FRAMEWORK, NOW);
  const controls = requirement?.controls.map(({ controlId, relation }) => ({
    ...{ id: controlId, relation },
  }));
  await rows.add(team.actor, {
    ...{ frameworkId: FRAMEWORK, requirementId: BEFORE, statement, actor: 'Ada' },
    at: now.toISOString(),
    expiresAt: new Date(now.getTime() + 86_400_000).toISOString(),
    attested: attestedHash({
      ...{ id: BEFORE, title: requirement?.title ?? '', controls: controls ?? [] },
    }),
  });
});
afterAll(() => core.close());

const attestationNow = async () => {
  const found = await core.compliance.posture.framework(team.actor, FRAMEWORK);
  return found.requirementStates.find(({ id }) => id === NOW)?.attestation ?? null;
};

describe('an attestation under a former id of its requirement', () => {
  it('counts for the requirement', async () => {
    expect(await attestationNow()).toMatchObject({ statement, actor: 'Ada' });
  });

  it.each([BEFORE, NOW])('is withdrawn by %s', async (id) => {
    await core.compliance.attestations.withdraw(team.actor, FRAMEWORK, id);
    expect(await attestationNow()).toBeNull();
    expect(await rows.count(team.actor)).toBe(0);
  });

  it.each([BEFORE, NOW])('is replaced by an attestation of %s', async (id) => {
    const expiresAt = new Date(core.clock.now().getTime() + 2 * 86_400_000).toISOString();
    const again = { statement: 'signed again this year', expiresAt };
    await core.compliance.attestations.attest(team.actor, FRAMEWORK, id, again);
    expect(await attestationNow()).toMatchObject(again);
    expect(await rows.count(team.actor)).toBe(1);
  });
});
