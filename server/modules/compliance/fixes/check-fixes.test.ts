import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePath, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

const fixes = (team: TestTeam, framework?: string) =>
  core.compliance.fixes.list(team.actor, { limit: 200, ...(framework ? { framework } : {}) });
const figures = async (team: TestTeam) =>
  new Map((await core.compliance.posture.frameworks(team.actor)).map((each) => [each.id, each]));

describe('the fixes', () => {
  it('predict what repairing a check on all its resources moves', async () => {
    const team = new TestTeam(core);
    const rows: RowSpec[] = [
      { check: 'iam_root_mfa_enabled', resource: 'root', severity: 'Critical' },
      ...['a', 'b', 'c'].map((resource) => ({ check: 's3_bucket_default_encryption', resource })),
      { check: 's3_bucket_default_encryption', resource: 'd', status: 'PASS' },
      { check: 'kms_cmk_are_used', resource: 'key' },
    ];
    await team.import(rows);
    const before = await figures(team);
    const known = new Map((await team.controls()).map(({ id, status }) => [id, status]));
    const { items, total } = await fixes(team);
    expect(total).toBe(items.length);
    expect(items.map(({ checkId }) => checkId).sort()).toEqual(
      ['iam_root_mfa_enabled', 'kms_cmk_are_used', 's3_bucket_default_encryption'].sort(),
    );
    for (const [n, fix] of items.entries()) {
      const day = n + 1;
      const fixed = rows.map((row) =>
        row.check === fix.checkId ? { ...row, status: 'PASS' as const } : row,
      );
      const repaired = new TestTeam(core);
      await repaired.import(fixed, { at: day });
      const statuses = new Map((await repaired.controls()).map(({ id, status }) => [id, status]));
      const changed = [...statuses].filter(([id, status]) => status !== known.get(id));
      const promised = [
        ...fix.completes.map(({ id }) => [id, 'implemented']),
        ...fix.raises.map(({ id, to }) => [id, to]),
      ];
      expect(promised.sort(), fix.checkId).toEqual(changed.sort());
      const after = await figures(repaired);
      for (const [id, { score, passing }] of after) {
        const own = fix.frameworks.find((each) => each.id === id);
        const was = before.get(id);
        // Figures are shown with one decimal.
        const near = (value: number) => expect(Math.abs(value), `${fix.checkId} ${id}`);
        near((score ?? 0) - (was?.score ?? 0) - (own?.gain ?? 0)).toBeLessThan(0.11);
        near((passing ?? 0) - (was?.passing ?? 0) - (own?.passing ?? 0)).toBeLessThan(0.11);
      }
    }
    const s3 = items.find(({ checkId }) => checkId === 's3_bucket_default_encryption');
    expect(s3).toMatchObject({ findings: 3, accounts: ['aws/111'], accountsTotal: 1 });
  });

  it('are in order of what they move, of all frameworks or of one', async () => {
    const team = new TestTeam(core);
    await core.scans.imports.importFile(team.actor, fixturePath('aws-sample.ocsf.json'));
    const { items } = await fixes(team);
    expect(items.length).toBeGreaterThan(10);
    const gains = items.map(({ gain }) => gain);
    expect(gains).toEqual(gains.toSorted((a, b) => b - a));
    for (const { frameworks, gain } of items) {
      const sum = frameworks.reduce((total, each) => total + each.gain, 0);
      expect(gain).toBe(Math.round(sum * 10) / 10);
    }
    const { items: own } = await fixes(team, 'soc2-tsc-2017');
    expect(own.length).toBeGreaterThan(0);
    for (const { frameworks } of own) {
      expect(frameworks.map(({ id }) => id)).toEqual(['soc2-tsc-2017']);
    }
    const [first] = (await core.compliance.fixes.list(team.actor, { limit: 1 })).items;
    expect(first).toEqual(items[0]);
  });
});

describe('passing', () => {
  it('is the same in lists and details, and no decision or muting moves it', async () => {
    const team = new TestTeam(core);
    expect((await figures(team)).get('soc2-tsc-2017')?.passing).toBeNull();
    await core.scans.imports.importFile(team.actor, fixturePath('aws-sample.ocsf.json'));
    const before = await figures(team);
    const controls = await team.controls();
    for (const id of ['soc2-tsc-2017', 'iso-27001-2022']) {
      const framework = await core.compliance.posture.framework(team.actor, id);
      expect(framework.passing).toBe(before.get(id)?.passing);
      expect(framework.passing).toBeGreaterThan(0);
      expect(framework.passing).toBeLessThan(100);
      expect(framework.requirementStates.some(({ passing }) => passing !== null)).toBe(true);
    }
    const failing = controls.filter(({ openFindings }) => openFindings > 0);
    for (const { id, passing } of failing.slice(0, 5)) {
      expect((await core.compliance.controls.get(team.actor, id)).passing).toBe(passing);
    }
    const [finding] = await team.findings();
    await team.triage(finding?.id ?? '', 'suppressed');
    const justification = 'as if it were repaired';
    const decision = { kind: 'override', status: 'implemented', justification } as const;
    await core.compliance.controls.decide(team.actor, failing[0]?.id ?? '', decision);
    const after = await figures(team);
    for (const [id, { passing }] of after) expect(passing, id).toBe(before.get(id)?.passing);
  });
});
