import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { propertyRuns } from '../../../testing/property-runs.js';
import { type OcsfRow, ocsfRow, ocsfText, sampleRows } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { DEFAULT_FRAMEWORKS } from '../../catalogue/library/framework-activation.rules.js';

/** The laws of the score from end to end: from report bytes to percentages. */
let core: TestCore;
let whole: string;
let rows: OcsfRow[];
let scoresOfWhole: Record<string, number>;
const numRuns = propertyRuns(5, 3);
// Each run of a property imports up to three reports.
vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  core.clock.moveDays(300);
  rows = withMorePasses(sampleRows());
  whole = ocsfText(rows);
  scoresOfWhole = await scoresOf((team) => team.importText(whole));
});
afterAll(() => core.close());

/** The sample fails nearly everywhere; with more passes there is something to lose. */
function withMorePasses(sample: OcsfRow[]): OcsfRow[] {
  return sample.map((row, n) =>
    n % 3 === 0 || row.status_code === 'PASS' ? { ...row, status_code: 'PASS' } : row,
  );
}

async function scoresOf(happen: (team: TestTeam) => Promise<unknown>) {
  const team = new TestTeam(core);
  await happen(team);
  return team.scores();
}

async function statusesOf(team: TestTeam) {
  return (await team.controls()).map(({ id, status }) => [id, status]);
}

function expectNoneHigher(after: Record<string, number>, before: Record<string, number>): void {
  expect(Object.keys(after)).toHaveLength(DEFAULT_FRAMEWORKS.size);
  for (const [id, score] of Object.entries(after)) {
    expect(score, id).toBeLessThanOrEqual(before[id] ?? 0);
  }
}

describe('no framework’s score is raised by', () => {
  it('the baseline: the unchanged report has a score', () => {
    // All but a few that require people's work, such as those on AI.
    const scores = Object.values(scoresOfWhole);
    expect(scores.filter((score) => score > 0).length).toBeGreaterThan((2 / 3) * scores.length);
  });

  it('truncating the only report anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: Buffer.byteLength(whole) - 1 }), async (at) => {
        expectNoneHigher(await scoresOf((team) => team.importCut(whole, at)), scoresOfWhole);
      }),
      { numRuns },
    );
  });

  it('truncating a report that repeats known results', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: Buffer.byteLength(whole) - 1 }), async (at) => {
        const scores = await scoresOf(async (team) => {
          await team.importText(whole);
          await team.importCut(whole, at);
        });
        expect(scores).toEqual(scoresOfWhole);
      }),
      { numRuns },
    );
  });

  it('losing 30 % of a scan, even where frameworks have their own scope', async () => {
    const accounts = [...new Set(rows.map(({ cloud }) => `aws/${cloud.account.uid}`))];
    const inScope = async (team: TestTeam, happen: () => Promise<unknown>) => {
      const none = { accounts: [], environments: [], tags: [] };
      const include = { ...none, accounts: [...accounts, 'aws/unknown-account'] };
      const exclude = none;
      for (const id of DEFAULT_FRAMEWORKS) {
        await core.compliance.scopes.setScope(team.actor, id, { include, exclude });
      }
      await happen();
    };
    const wholeInScope = await scoresOf((team) => inScope(team, () => team.importText(whole)));
    // An account in scope that was never scanned prevents every control from being implemented.
    expectNoneHigher(wholeInScope, scoresOfWhole);
    expect(wholeInScope).not.toEqual(scoresOfWhole);
    const cut = await scoresOf((team) => inScope(team, () => team.importCut(whole, 0.7)));
    expectNoneHigher(cut, wholeInScope);
  });

  it('another fail, of a known or new check and account', async () => {
    const checks = rows.map((row) => row.metadata.event_code as string);
    const fail = fc.record({
      check: fc.constantFrom(...checks, 'unheard_of_check'),
      account: fc.constantFrom('123456789012', '222'),
      region: fc.constantFrom('eu-west-1', 'us-east-1', 'eu-central-1'),
      severity: fc.constantFrom('Critical', 'Low', 'Informational'),
      resource: fc.constant('one-more'),
      muted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fail, { minLength: 1, maxLength: 3 }), async (fails) => {
        const more = fails.map((spec) => ocsfRow(spec, { at: '2026-11-23T15:21:23.000Z' }));
        const text = ocsfText([...rows, ...more]);
        expectNoneHigher(await scoresOf((team) => team.importText(text)), scoresOfWhole);
      }),
      { numRuns },
    );
  });

  it('muting any results, whether in a first report or in a later one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...rows.keys()], { minLength: 1 }),
        fc.boolean(),
        async (muted, isLater) => {
          const quiet = rows.map((row, n) =>
            muted.includes(n) ? { ...row, status: 'Suppressed', status_id: 3 } : row,
          );
          const scores = await scoresOf(async (team) => {
            if (isLater) await team.importText(whole);
            await team.importText(ocsfText(quiet));
          });
          expectNoneHigher(scores, scoresOfWhole);
        },
      ),
      { numRuns },
    );
  });

  it('suppressing or accepting any findings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), async (chosen) => {
        const scores = await scoresOf(async (team) => {
          await team.importText(whole);
          const findings = await team.findings();
          const before = await statusesOf(team);
          for (const nth of chosen) {
            const finding = findings[nth % findings.length];
            await team.triage(finding?.id ?? '', nth % 2 ? 'suppressed' : 'accepted');
          }
          expect(await statusesOf(team)).toEqual(before);
        });
        expect(scores).toEqual(scoresOfWhole);
      }),
      { numRuns },
    );
  });

  it('results that become unknown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...rows.keys()], { minLength: 1 }),
        fc.constantFrom('MANUAL', 'ERROR'),
        async (changed, status_code) => {
          const unsure = rows.map((row, n) =>
            changed.includes(n) ? { ...row, status_code } : row,
          );
          const scores = await scoresOf(async (team) => {
            await team.importText(whole);
            await team.importText(ocsfText(unsure));
          });
          expectNoneHigher(scores, scoresOfWhole);
        },
      ),
      { numRuns },
    );
  });
});
