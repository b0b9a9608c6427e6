import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOWERING_STATUSES } from '../../../../contract/security-scans.js';
import { NotFoundError } from '../../../platform/errors.js';
import { sampleRows } from '../../../testing/prowler-rows.js';
import { createTestApp, scansToControlsAnd, type TestApp } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { nearestIds } from './nearest-ids.rules.js';

const SOC2 = 'soc2-tsc-2017';
let app: TestApp;
let team: TestTeam;
beforeAll(async () => {
  app = await createTestApp(scansToControlsAnd('evidence'));
  team = new TestTeam(app);
  await team.importText(JSON.stringify(sampleRows()));
}, 60_000);
afterAll(() => app.close());

const why = (requirementId: string, frameworkId = SOC2, whose = team) =>
  app.compliance.requirements.get(whose.actor, frameworkId, requirementId);

describe('a requirement', () => {
  test('has its status, a sentence, its controls with their reasons, and what would change it', async () => {
    const found = await why('CC6.1');
    const { requirementStates } = await app.compliance.posture.framework(team.actor, SOC2);
    const shown = requirementStates.find(({ id }) => id === 'CC6.1');
    expect(found).toMatchObject({
      framework: { id: SOC2 },
      status: shown?.status,
      value: shown?.value,
    });
    expect(found.controls.map(({ id, status }) => [id, status])).toEqual(
      shown?.controls.map(({ id, status }) => [id, status]),
    );
    expect(found.why).toMatch(/ (is|are) (not implemented|implemented in part|not assessed)/);
    expect(found.controls.every(({ reason }) => reason !== '')).toBe(true);
    const gains = found.steps.map(({ gain }) => gain);
    expect(gains.length).toBeGreaterThan(1);
    expect(gains).toEqual(gains.toSorted((a, b) => b - a));
    expect(found.steps.every(({ texts }) => texts.length > 0)).toBe(true);
  });

  test('counts each finding once, as the lists behind its links do', async () => {
    const { findings, controls } = await why('CC6.1');
    const filter = {
      ...{ controlId: controls.map(({ id }) => id), frameworkId: SOC2 },
      status: [...LOWERING_STATUSES],
    };
    const listed = await team.findings(filter);
    expect(findings.total).toBe(listed.length);
    expect(findings.checks.reduce((sum, check) => sum + check.findings, 0)).toBe(findings.total);
    expect(findings.total).toBeLessThan(
      controls.reduce((sum, { openFindings }) => sum + openFindings, 0),
    );
    for (const { checkId, tool, findings: fails, controls: lowered, worst } of findings.checks) {
      const ofCheck = await team.findings({ ...filter, tool: [tool], checkId: [checkId] });
      expect([checkId, fails]).toEqual([checkId, ofCheck.length]);
      expect(lowered.length).toBeGreaterThan(0);
      expect(worst.length).toBe(Math.min(3, fails));
      expect(ofCheck.map(({ id }) => id)).toContain(worst[0]?.findingId);
    }
  });

  test('shows resources only to callers who may read findings', async () => {
    const reader = { ...team.actor, permissions: ['compliance:read' as const] };
    const { findings } = await app.compliance.requirements.get(reader, SOC2, 'CC6.1');
    expect(findings.total).toBeGreaterThan(0);
    expect(findings.checks.flatMap(({ worst }) => worst)).toEqual([]);
  });

  test('shows decisions, attestations, evidence and changes of status', async () => {
    await team.register();
    await app.container.get('evidence').runMaintenance(team.actor);
    const before = await why('CC6.1');
    expect(before.evidence?.total).toBeGreaterThan(0);
    const failing = before.controls.find(({ status }) => status === 'not_implemented');
    const controlId = failing?.id ?? '';
    app.clock.moveDays(1);
    await app.compliance.controls.decide(team.actor, controlId, {
      ...{ kind: 'override', status: 'implemented' },
      justification: 'The identity provider enforces it.',
    });
    const found = await why('CC6.1');
    expect(found.decisions).toMatchObject([{ controlId, kind: 'override' }]);
    expect(found.history[0]).toMatchObject({
      ...{ controlId, from: 'not_implemented', to: 'implemented', cause: 'decision' },
    });
    const times = found.history.map(({ at }) => at);
    expect(times).toEqual(times.toSorted().reverse());
  });

  test('of a custom framework is explained too, in any case of its id', async () => {
    const text =
      'id: house\nname: House rules\nversion: "1"\nrequirements:\n  - { id: H-1, title: Doors are locked }\n  - { id: H-2, title: Users have MFA, controls: { IAC-06: equal } }\n';
    const file = { fileName: 'house.yaml', stream: Readable.from([text]) };
    await app.catalogue.customFrameworks.import(team.actor, file, {});
    expect(await why('h-1', 'House')).toMatchObject({
      ...{ id: 'H-1', title: 'Doors are locked', status: 'not_assessed', controls: [] },
      why: 'No control covers it: a person has to attest it.',
      steps: [{ controlId: null, texts: ['Attest it: no control covers it.'] }],
    });
    const { controls } = await why('H-2', 'house');
    expect(controls).toMatchObject([{ id: 'IAC-06', relation: 'equal' }]);
    await expect(why('H-1', 'house', new TestTeam(app))).rejects.toThrow(NotFoundError);
  });

  test('that does not exist is refused with the nearest ids', async () => {
    await expect(why('CC6.11')).rejects.toThrow(/has no requirement CC6\.11; nearest: CC6\.1/);
    await expect(why('CC6.1', 'soc2')).rejects.toThrow(
      /no such framework: soc2; nearest: soc2-tsc/,
    );
    await expect(why('CC6.1', 'zzzzzzzzzz')).rejects.toThrow(/^no such framework: zzzzzzzzzz$/);
  });
});

test('nearest ids ignore punctuation and case, and leave out what is far away', () => {
  const ids = ['A.5.1', 'A.5.10', 'A.8.20', 'CC6.1', 'AC-2(1)'];
  expect(nearestIds(ids, 'a5.1').slice(0, 2)).toEqual(['A.5.1', 'A.5.10']);
  expect(nearestIds(ids, 'ac2.1')[0]).toBe('AC-2(1)');
  expect(nearestIds(ids, 'something else entirely')).toEqual([]);
});
