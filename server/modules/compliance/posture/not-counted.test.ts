import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConflictError } from '../../../platform/errors.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

/** A framework with requirements that bind authorities, or only permit something. */
const GDPR = 'gdpr';
let core: TestCore;
let team: TestTeam;
beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  team = new TestTeam(core);
});
afterAll(() => core.close());

const listed = () =>
  core.catalogue.shipped.frameworks
    .get(GDPR)
    ?.requirements.filter((each) => each.counted === false);

test('requirements that bind others are listed, and left out of counts and gaps', async () => {
  const ids = listed()?.map(({ id }) => id) ?? [];
  expect(ids).toEqual(expect.arrayContaining(['82.2', '84.1', '85.2', '88.1']));
  const { requirementStates, requirements } = await core.compliance.posture.framework(
    team.actor,
    GDPR,
  );
  const shown = requirementStates.filter(({ counted }) => counted === false);
  expect(shown.map(({ id }) => id)).toEqual(ids);
  for (const { status, attestationNeeded, value } of shown) {
    expect({ status, attestationNeeded, value }).toEqual({
      ...{ status: 'not_applicable', attestationNeeded: false, value: 0 },
    });
  }
  expect(requirements.total).toBe(requirementStates.length - ids.length);
  expect(requirements.notApplicable).toBe(0);
  const { gaps } = await core.compliance.gaps.of(team.actor, GDPR);
  expect(gaps.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual([]);
  const { why, steps } = await core.compliance.requirements.get(team.actor, GDPR, '82.2');
  expect(why).toMatch(/^Not an obligation of yours/);
  expect(steps).toEqual([]);
});

test('a requirement that binds others cannot be attested', async () => {
  const expiresAt = new Date(core.clock.now().getTime() + 86_400_000).toISOString();
  const statement = 'the penalties are known';
  await expect(
    core.compliance.attestations.attest(team.actor, GDPR, '84.1', { statement, expiresAt }),
  ).rejects.toThrow(ConflictError);
});

test('a former id leads to the requirement', async () => {
  const found = await core.compliance.requirements.get(team.actor, 'cmmc-2.0-l2', 'AC.L1-3.1.1');
  expect(found.id).toBe('AC.L2-3.1.1');
});
