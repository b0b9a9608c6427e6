import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { propertyRuns } from '../../../testing/property-runs.js';
import { ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { DEFAULT_FRAMEWORKS } from '../../catalogue/library/framework-activation.rules.js';

/**
 * Whoever kills 30 % of a scan's results gains nothing: no framework’s score and no control stands better
 * than with all of them. What is promised depends on what can be known of the loss:
 *
 * - It is seen that results are missing (a report that is cut off, a run of ours that says so): whatever is
 *   lost, nothing stands better; and where a whole scan is known already, nothing moves at all.
 * - The report looks whole, and whole checks, regions or accounts are missing that an earlier one showed:
 *   it gives no evidence of them, so that they stay as they were, and nothing moves.
 * - The report looks whole and lacks single results: without its passes nothing stands better. A fail that
 *   is missing where the report shows the rest of its check, account and region is a resource that is gone,
 *   and its finding resolved, as it must be when somebody deletes a bucket. No report can tell the two
 *   apart, and so this is no more than what repairing the same resources is worth.
 * - In a first report nobody can miss what never was heard of: the same bound holds, and no other.
 */
let core: TestCore;
const numRuns = propertyRuns(4, 2);
beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

// Each run of a property imports two to five reports.
vi.setConfig({ testTimeout: 300_000 });

const LOST = 0.3;
const CHECKS = [
  'kms_cmk_are_used',
  'kms_cmk_rotation_enabled',
  'iam_root_mfa_enabled',
  'iam_user_mfa_enabled_console_access',
  's3_bucket_public_list_acl',
  's3_bucket_level_public_access_block',
  's3_bucket_object_versioning',
  'cloudtrail_multi_region_enabled',
];
const ACCOUNTS = ['111', '222'];
const REGIONS = ['eu-west-1', 'us-east-1'];

type Row = RowSpec & { account: string; region: string; draw: number };

const row = fc.record({
  check: fc.constantFrom(...CHECKS),
  account: fc.constantFrom(...ACCOUNTS),
  region: fc.constantFrom(...REGIONS),
  resource: fc.constantFrom('a', 'b', 'c'),
  status: fc.constantFrom<NonNullable<RowSpec['status']>[]>(
    'PASS',
    'PASS',
    'PASS',
    'FAIL',
    'MANUAL',
  ),
  severity: fc.constantFrom<NonNullable<RowSpec['severity']>[]>('Critical', 'Medium', 'Low'),
  muted: fc.constantFrom(false, false, true),
  /** Decides what is lost. */
  draw: fc.nat(),
});
/** Several checks in several accounts and regions, each resource once. */
const scan: fc.Arbitrary<Row[]> = fc.uniqueArray(row, {
  minLength: 10,
  maxLength: 40,
  selector: (one) => [one.check, one.account, one.region, one.resource].join(' '),
});
const PARTS = {
  check: (one: Row) => one.check,
  region: (one: Row) => one.region,
  account: (one: Row) => one.account,
  'check of a region': (one: Row) => [one.check, one.account, one.region].join(' '),
};
const part = fc.constantFrom(...(Object.keys(PARTS) as (keyof typeof PARTS)[]));

/** The rows of a scan that are left, and those that are lost: nearly a third, drawn at random. */
function drawn(rows: readonly Row[]): { kept: Row[]; lost: Row[] } {
  const inOrder = [...rows].sort((a, b) => a.draw - b.draw);
  const kept = inOrder.slice(0, inOrder.length - Math.ceil(rows.length * LOST));
  return { kept, lost: inOrder.slice(kept.length) };
}

/** Loses whole parts at random until nearly a third or more of the rows is lost; one part is left. */
function partsLost(rows: readonly Row[], by: keyof typeof PARTS): Row[] {
  const inOrder = [...rows].sort((a, b) => a.draw - b.draw);
  let kept = inOrder;
  for (const name of new Set(inOrder.map(PARTS[by]))) {
    const rest = kept.filter((one) => PARTS[by](one) !== name);
    if (rest.length === 0) break;
    kept = rest;
    if (kept.length <= rows.length * (1 - LOST)) break;
  }
  return kept;
}

/** Every status, and what it is worth in a score. */
interface Standing {
  scores: Record<string, number>;
  statuses: Record<string, string>;
}

const WORTH: Readonly<Record<string, number>> = { implemented: 1, partial: 0.5 };

/** One framework has a scope of its own, with an account that nobody looks into. */
async function standingAfter(happen: (team: TestTeam) => Promise<unknown>): Promise<Standing> {
  const team = new TestTeam(core);
  const none = { accounts: [], environments: [], tags: [] };
  const [scoped = '', ofOneAccount = ''] = DEFAULT_FRAMEWORKS;
  await core.compliance.scopes.setScope(team.actor, scoped, {
    include: { ...none, accounts: [...ACCOUNTS, 'silent'].map((id) => `aws/${id}`) },
    exclude: none,
  });
  await core.compliance.scopes.setScope(team.actor, ofOneAccount, {
    include: { ...none, accounts: ['aws/111'] },
    exclude: none,
  });
  await happen(team);
  const controls = await team.controls();
  return {
    scores: await team.scores(),
    statuses: Object.fromEntries(controls.map(({ id, status }) => [id, status])),
  };
}

function expectNoneBetter(after: Standing, whole: Standing): void {
  expect(Object.keys(after.scores)).toHaveLength(DEFAULT_FRAMEWORKS.size);
  for (const [id, score] of Object.entries(after.scores)) {
    expect(score, `score of ${id}`).toBeLessThanOrEqual(whole.scores[id] ?? 0);
  }
  for (const [id, status] of Object.entries(after.statuses)) {
    const was = whole.statuses[id] ?? 'not_assessed';
    expect(WORTH[status] ?? 0, `${id}: ${was}, and ${status} after the loss`).toBeLessThanOrEqual(
      WORTH[was] ?? 0,
    );
  }
}

/** As if the connection broke off within the first row that is lost. */
function importCutOff(team: TestTeam, { kept, lost }: ReturnType<typeof drawn>, at: number) {
  const whole = ocsfReport([...kept, ...lost], { at });
  const intact = ocsfReport(kept, { at }).length - '\n]'.length;
  return team.importCut(whole, intact + 60);
}

/** As a run of ours is imported that knows that it did not see everything. */
async function importWithGaps(team: TestTeam, rows: readonly Row[], at: number) {
  const path = join(core.platform.config.dataDir, `${team.actor.teamId}-${at}-gaps.json`);
  await writeFile(path, ocsfReport(rows, { at }));
  const assess = () => ({ incomplete: true, problem: 'a region did not answer' });
  return core.scans.imports.importFile(team.actor, path, { assess });
}

const holds = (given: (rows: Row[]) => Promise<void>) =>
  fc.assert(fc.asyncProperty(scan, given), { numRuns });

describe('losing 30 % of a scan’s results, visibly', () => {
  it('raises nothing in a truncated first report, whatever its order', () =>
    holds(async (rows) => {
      const whole = await standingAfter((team) => team.import(rows, { at: 1 }));
      const cut = await standingAfter((team) => importCutOff(team, drawn(rows), 1));
      expectNoneBetter(cut, whole);
    }));

  it('raises nothing in a first run with known gaps', () =>
    holds(async (rows) => {
      const whole = await standingAfter((team) => team.import(rows, { at: 1 }));
      const gaps = await standingAfter((team) => importWithGaps(team, drawn(rows).kept, 1));
      expectNoneBetter(gaps, whole);
    }));

  it('changes nothing when the complete scan was known', () =>
    holds(async (rows) => {
      const whole = await standingAfter((team) => team.import(rows, { at: 1 }));
      const cut = await standingAfter(async (team) => {
        await team.import(rows, { at: 1 });
        await importCutOff(team, drawn(rows), 2);
        await importWithGaps(team, drawn(rows).kept, 3);
      });
      expect(cut).toEqual(whole);
    }));
});

describe('losing 30 % of a scan’s results in a report that looks complete', () => {
  it('changes nothing when known checks, regions or accounts are missing entirely', () =>
    fc.assert(
      fc.asyncProperty(scan, part, async (rows, by) => {
        const whole = await standingAfter((team) => team.import(rows, { at: 1 }));
        const later = await standingAfter(async (team) => {
          await team.import(rows, { at: 1 });
          await team.import(partsLost(rows, by), { at: 2 });
        });
        expect(later).toEqual(whole);
      }),
      { numRuns: numRuns * 2 },
    ));

  it('raises nothing when passes are lost, in a first report or a later one', () =>
    fc.assert(
      fc.asyncProperty(scan, fc.boolean(), async (rows, isLater) => {
        // What the tool was told to mute is no pass, whatever it says beside that.
        const passes = rows.filter(({ status, muted }) => status === 'PASS' && !muted);
        const { lost } = drawn(passes);
        const kept = rows.filter((one) => !lost.includes(one));
        fc.pre(kept.length > 0);
        const whole = await standingAfter((team) => team.import(rows, { at: 1 }));
        const after = await standingAfter(async (team) => {
          if (isLater) await team.import(rows, { at: 1 });
          await team.import(kept, { at: 2 });
        });
        expectNoneBetter(after, whole);
      }),
      { numRuns },
    ));

  it('never raises a score more than fixing the lost fails would, in a first report or a later one', () =>
    fc.assert(
      fc.asyncProperty(scan, fc.boolean(), fc.boolean(), async (rows, isLater, inParts) => {
        const { kept } = inParts ? { kept: partsLost(rows, 'check of a region') } : drawn(rows);
        const repaired = rows.map((one): Row => {
          return kept.includes(one) ? one : { ...one, status: 'PASS', muted: false };
        });
        const standing = (next: readonly Row[]) =>
          standingAfter(async (team) => {
            if (isLater) await team.import(rows, { at: 1 });
            await team.import(next, { at: 2 });
          });
        expectNoneBetter(await standing(kept), await standing(repaired));
      }),
      { numRuns: numRuns * 2 },
    ));

  it('treats a resource that the report shows as gone as gone', async () => {
    const key = (resource: string, status: RowSpec['status']): RowSpec => ({
      ...{ check: 'kms_cmk_are_used', account: '111', region: 'eu-west-1' },
      ...{ resource, status },
    });
    const team = new TestTeam(core);
    await team.import([key('a', 'PASS'), key('b', 'FAIL')], { at: 1 });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'not_implemented' });
    await team.import([key('a', 'PASS')], { at: 2 });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'implemented' });
    expect(await team.finding('b')).toMatchObject({ status: 'resolved' });
  });
});
