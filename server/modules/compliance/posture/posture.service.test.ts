import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../../../contract/severity.js';
import { NotFoundError } from '../../../platform/errors.js';
import { fixturePath, ocsfText, retimed, sampleRows } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { DEFAULT_FRAMEWORKS } from '../../catalogue/library/framework-activation.rules.js';

let core: TestCore;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

describe('a team without evidence', () => {
  it('has every control not assessed, scores 0 of 100, and no band', async () => {
    const team = new TestTeam(core);
    for (const isComputed of [false, true]) {
      if (isComputed) await core.compliance.engine.sync(team.actor);
      const overview = await core.compliance.posture.overview(team.actor);
      const { size } = core.catalogue.shipped.controls;
      expect(overview.controls).toEqual({
        implemented: 0,
        partial: 0,
        not_implemented: 0,
        not_applicable: 0,
        not_assessed: size,
      });
      expect(overview.frameworks).toHaveLength(DEFAULT_FRAMEWORKS.size);
      for (const framework of overview.frameworks) {
        expect(framework).toMatchObject({ score: 0, coverage: 0, ceiling: 100, band: 'none' });
        const { total, notAssessed } = framework.requirements;
        expect(notAssessed).toBe(total);
      }
      expect(overview).toMatchObject({ accounts: [], topFixes: [] });
      expect(Object.values(overview.openFindings)).toEqual(SEVERITIES.map(() => 0));
      expect(overview.lastRun === null).toBe(!isComputed);
    }
  });
});

describe('the overview', () => {
  it('agrees with the lists that it summarises', async () => {
    const team = new TestTeam(core);
    await team.importText(ocsfText(retimed(sampleRows(), 3)));
    const [suppressed, excluded] = await team.findings();
    await team.triage(suppressed?.id ?? '', 'suppressed');
    await team.triage(excluded?.id ?? '', 'false_positive');
    const overview = await core.compliance.posture.overview(team.actor);
    const { severity } = await core.scans.findings.facets(team.actor, {});
    for (const [name, count] of Object.entries(overview.openFindings)) {
      expect(severity.find(({ value }) => value === name)?.count ?? 0, name).toBe(count);
    }
    const { items } = await core.compliance.controls.list(team.actor, {});
    for (const [status, count] of Object.entries(overview.controls)) {
      expect(items.filter((item) => item.status === status).length, status).toBe(count);
    }
    expect(overview.accounts).toEqual([
      {
        provider: 'aws',
        accountId: '123456789012',
        results: 73,
        lastSeenAt: '2026-02-04T06:00:00.000Z',
      },
    ]);
    expect(overview.frameworks).toEqual(await core.compliance.posture.frameworks(team.actor));
  });

  it('counts all requirements of each framework', async () => {
    const team = new TestTeam(core);
    await team.importText(ocsfText(retimed(sampleRows(), 3)));
    for (const { id, requirements, score, ceiling } of await core.compliance.posture.frameworks(
      team.actor,
    )) {
      const { total, satisfied, partial, failing, notAssessed, notApplicable } = requirements;
      expect(satisfied + partial + failing + notAssessed + notApplicable).toBe(total);
      const { requirementStates, sections } = await core.compliance.posture.framework(
        team.actor,
        id,
      );
      expect(requirementStates).toHaveLength(total);
      expect(requirementStates.filter(({ status }) => status === 'failing')).toHaveLength(failing);
      const known = new Set(sections.map((section) => section.id));
      expect(requirementStates.filter(({ section }) => !known.has(section))).toEqual([]);
      expect(score ?? 0).toBeLessThanOrEqual(ceiling ?? 0);
    }
  });

  it('returns 404 for an unknown framework', async () => {
    const team = new TestTeam(core);
    await expect(core.compliance.posture.framework(team.actor, 'nothing')).rejects.toThrow(
      NotFoundError,
    );
  });
});

describe('a top fix', () => {
  it('predicts what implementing its control adds to the scores', async () => {
    const team = new TestTeam(core);
    await core.scans.imports.importFile(team.actor, fixturePath('aws-sample.ocsf.json'));
    const { topFixes } = await core.compliance.posture.overview(team.actor);
    expect(topFixes.length).toBeGreaterThan(5);
    const gains = topFixes.map(({ gain }) => gain);
    expect(gains).toEqual(gains.toSorted((a, b) => b - a));
    const before = await team.scores();
    for (const { controlId, gain, frameworks, openFindings } of topFixes.slice(0, 6)) {
      expect(openFindings).toBeGreaterThan(0);
      const justification = 'as if it were repaired';
      const fixed = { kind: 'override', status: 'implemented', justification } as const;
      await core.compliance.controls.decide(team.actor, controlId, fixed);
      const after = await team.scores();
      for (const [id, score] of Object.entries(after)) {
        const promised = frameworks.find((framework) => framework.id === id)?.gain ?? 0;
        // Scores are shown with one decimal.
        expect(Math.abs(score - (before[id] ?? 0) - promised), `${controlId} ${id}`).toBeLessThan(
          0.11,
        );
      }
      const sum = frameworks.reduce((total, framework) => total + framework.gain, 0);
      expect(gain).toBe(Math.round(sum * 10) / 10);
      await core.compliance.controls.withdraw(team.actor, controlId);
      expect(await team.scores()).toEqual(before);
    }
  });

  it('names the worst failing severity, and disappears when it is fixed', async () => {
    const team = new TestTeam(core);
    const row = { check: 'kms_cmk_are_used', resource: 'key' };
    await team.import([{ ...row, severity: 'Critical' }]);
    const { topFixes } = await core.compliance.posture.overview(team.actor);
    const worst = { status: 'not_implemented', worstSeverity: 'critical' };
    expect(topFixes.find(({ controlId }) => controlId === 'CRY-09')).toMatchObject(worst);
    for (const fix of topFixes) expect(fix).toMatchObject(worst);
    await team.import([{ ...row, status: 'PASS' }], { at: 1 });
    expect((await core.compliance.posture.overview(team.actor)).topFixes).toEqual([]);
  });
});
