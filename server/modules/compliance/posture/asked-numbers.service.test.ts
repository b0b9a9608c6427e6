import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { InvalidInputError } from '../../../platform/errors.js';
import type { RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

/** PCI DSS asks for at least twelve characters here. */
const [PCI, LENGTH] = ['pci-dss-4.0.1', '8.3.6'] as const;
const row = (check: string, status: RowSpec['status'], account = '1'): RowSpec => ({
  ...{ check, status, account, resource: 'password-policy' },
});
const LENGTH_14 = 'iam_password_policy_minimum_length_14';

const asked = async () => {
  const { requirementStates } = await core.compliance.posture.framework(team.actor, PCI);
  const found = requirementStates.find(({ id }) => id === LENGTH);
  const [number] = found?.numbers ?? [];
  return { requirement: found?.status, number: number?.status, why: number?.why };
};
const attest = (passwordMinLength: number, name = 'passwordMinLength') =>
  core.compliance.attestations.attest(team.actor, PCI, LENGTH, {
    ...{ statement: 'Set in the directory.', values: { [name]: passwordMinLength } },
    expiresAt: new Date(core.clock.now().getTime() + 86_400_000).toISOString(),
  });

it('a number is shown by a check that states enough, and by no other', async () => {
  expect(await asked()).toMatchObject({ number: 'not_assessed' });
  await team.import([row('iam_password_policy_symbol', 'PASS')]);
  expect(await asked()).toMatchObject({
    number: 'not_assessed',
    why: 'At least 12 characters asked for: no check and no person states a number.',
  });
  await team.import([row(LENGTH_14, 'PASS')]);
  expect(await asked()).toMatchObject({
    number: 'implemented',
    why: 'At least 12 characters asked for: checks show 14 in 1 of 1 account.',
  });
});

it('a fail of a check that asks for more shows nothing about it', async () => {
  await team.import([row(LENGTH_14, 'FAIL')]);
  expect(await asked()).toMatchObject({ number: 'not_assessed' });
});

it('a person states a number that meets it or fails it, and scores are recorded', async () => {
  await attest(8);
  expect(await asked()).toMatchObject({ requirement: 'failing', number: 'not_implemented' });
  await attest(14);
  expect(await asked()).toMatchObject({
    number: 'implemented',
    why: 'At least 12 characters asked for: a person states 14.',
  });
  await expect(attest(14, 'shoeSize')).rejects.toThrow(InvalidInputError);
});
