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
 * Losing 30 % of a scan's results never helps: no framework’s score and no control is better than with all
 * of them. The exact promise depends on what the loss reveals:
 *
 * - The loss is visible (a truncated report, or a run of ours that reports gaps): nothing gets better,
 *   whatever is lost; and where a complete scan is known already, nothing changes at all.
 * - The report looks complete, but lacks whole checks, regions or accounts of an earlier one: it is no
 *   evidence about these, so they stay as they were, and nothing changes.
 * - The report looks complete, but lacks single results: lost passes make nothing better. A lost fail, where
 *   the report has the rest of its check, account and region, looks like a deleted resource, so its finding
 *   is resolved. No report distinguishes the two, so the gain is at most that of fixing the same resources.
 * - In a first report nothing is known to be missing: only that last bound holds, and only while something of each
 *   account is left. An account that no report has named is unknown to the team, so nothing is judged in it.
 */
let core: TestCore;
const numRuns = propertyRuns(4, 1);
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

/** The kept and the lost rows of a scan: nearly a third is lost, drawn at random. */
function drawn(rows: readonly Row[]): { kept: Row[]; lost: Row[] } {
  const inOrder = [...rows].sort((a, b) => a.draw - b.draw);
  const kept = inOrder.slice(0, inOrder.length - Math.ceil(rows.length * LOST));
  return { kept, lost: inOrder.slice(kept.length) };
}

/** Removes whole parts at random until nearly a third or more of the rows is lost; keeps at least one part. */
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

/** The score of every framework and the status of every control. */
interface Outcome {
  scores: Record<string, number>;
  statuses: Record<string, string>;
}

const WORTH: Readonly<Record<string, number>> = { implemented: 1, partial: 0.5 };

/** One framework has its own scope, with an account that is never scanned. */
async function outcomeAfter(happen: (team: TestTeam) => Promise<unknown>): Promise<Outcome> {
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

function expectNoneBetter(after: Outcome, whole: Outcome): void {
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

/** Imports the report as if the connection broke within the first lost row. */
function importCutOff(team: TestTeam, { kept, lost }: ReturnType<typeof drawn>, at: number) {
  const whole = ocsfReport([...kept, ...lost], { at });
  const intact = ocsfReport(kept, { at }).length - '\n]'.length;
  return team.importCut(whole, intact + 60);
}

/** Imports the report like a run of ours that reports gaps. */
async function importWithGaps(team: TestTeam, rows: readonly Row[], at: number) {
  const path = join(core.platform.config.dataDir, `${team.actor.teamId}-${at}-gaps.json`);
  await writeFile(path, ocsfReport(rows, { at }));
  const assess = () => ({ incomplete: true, problem: 'a region did not respond' });
  return core.scans.imports.importFile(team.actor, path, { assess });
}

const accountsOf = (rows: readonly Row[]) => new Set(rows.map(({ account }) => account));

const holdsFor = (given: (rows: Row[]) => Promise<void>) =>
  fc.assert(fc.asyncProperty(scan, given), { numRuns });

describe('losing 30 % of a scan’s results, visibly', () => {
  it('raises nothing in a truncated first report, whatever its order', () =>
    holdsFor(async (rows) => {
      const whole = await outcomeAfter((team) => team.import(rows, { at: 1 }));
      const cut = await outcomeAfter((team) => importCutOff(team, drawn(rows), 1));
      expectNoneBetter(cut, whole);
    }));

  it('raises nothing in a first run with known gaps', () =>
    holdsFor(async (rows) => {
      const whole = await outcomeAfter((team) => team.import(rows, { at: 1 }));
      const gaps = await outcomeAfter((team) => importWithGaps(team, drawn(rows).kept, 1));
      expectNoneBetter(gaps, whole);
    }));

  it('changes nothing when the complete scan was known', () =>
    holdsFor(async (rows) => {
      const whole = await outcomeAfter((team) => team.import(rows, { at: 1 }));
      const cut = await outcomeAfter(async (team) => {
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
        const whole = await outcomeAfter((team) => team.import(rows, { at: 1 }));
        const later = await outcomeAfter(async (team) => {
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
        // A muted result is never a pass.
        const passes = rows.filter(({ status, muted }) => status === 'PASS' && !muted);
        const { lost } = drawn(passes);
        const kept = rows.filter((one) => !lost.includes(one));
        fc.pre(kept.length > 0);
        const whole = await outcomeAfter((team) => team.import(rows, { at: 1 }));
        const after = await outcomeAfter(async (team) => {
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
        fc.pre(isLater || accountsOf(kept).size === accountsOf(rows).size);
        const repaired = rows.map((one): Row => {
          return kept.includes(one) ? one : { ...one, status: 'PASS', muted: false };
        });
        const outcomeOf = (next: readonly Row[]) =>
          outcomeAfter(async (team) => {
            if (isLater) await team.import(rows, { at: 1 });
            await team.import(next, { at: 2 });
          });
        expectNoneBetter(await outcomeOf(kept), await outcomeOf(repaired));
      }),
      { numRuns: numRuns * 2 },
    ));

  it('treats a resource as gone when the report shows that', async () => {
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
