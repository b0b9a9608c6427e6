import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prowlerCsv } from '../../../testing/prowler-formats.js';
import { type OcsfRow, ocsfRow } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { nucleiMatch } from '../../../testing/tool-reports.js';

let core: TestCore;
let team: TestTeam;
beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

/** A check of a resource. */
type Pair = readonly [check: number, resource: number];

const RESOURCES = [0, 1, 2, 3, 4, 5];
const ALL: readonly Pair[] = [0, 1].flatMap((check) => RESOURCES.map((n) => [check, n] as const));
const WITHOUT_LAST = ALL.slice(0, -1);

const lines = (values: readonly unknown[]) =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');
const prowlerRows = (pairs: readonly Pair[], at: number): OcsfRow[] =>
  pairs.map(([check, n]) => ocsfRow({ check: `s3_${check}`, resource: `bucket-${n}` }, { at }));
const nucleiMatches = (pairs: readonly Pair[], at: number) =>
  pairs.map(([check, n]) =>
    nucleiMatch(
      `CVE-2021-000${check}`,
      { at },
      { 'matched-at': `https://shop.example/p${'abcdef'[n]}` },
    ),
  );

describe.each([
  ['CSV', 'csv', (pairs: readonly Pair[], at: number) => prowlerCsv(prowlerRows(pairs, at))],
  ['JSON Lines', 'jsonl', (pairs: readonly Pair[], at: number) => lines(prowlerRows(pairs, at))],
  ['nuclei', 'jsonl', (pairs: readonly Pair[], at: number) => lines(nucleiMatches(pairs, at))],
])('a report as %s', (_, ending, text) => {
  const importOf = (pairs: readonly Pair[], at: number, facts = {}) =>
    team.importText(text(pairs, at), `whole.${ending}`, facts);

  it('that lacks only its end may be cut off, and closes nothing', async () => {
    await importOf(ALL, 1);
    const cut = await importOf(WITHOUT_LAST, 2);
    expect(cut.findings).toMatchObject({ resolved: 0, stale: 1 });
    expect(cut.problem).toBe(
      'looks cut off: it lacks what the report before it ended with; 1 finding was not seen; if it is whole, import it with `--complete`',
    );
    const again = await importOf(ALL.slice(0, -2), 3);
    expect(again.findings).toMatchObject({ resolved: 0, stale: 2 });
    const complete = await importOf(ALL.slice(0, -2), 4, { coverage: 'complete' });
    expect(complete).toMatchObject({ problem: null, findings: { resolved: 2, stale: 0 } });
    const next = await importOf(ALL.slice(0, -2), 5);
    expect(next).toMatchObject({ problem: null, findings: { resolved: 0, stale: 0 } });
  });

  it('in another order may lack any of what it names, and closes nothing', async () => {
    await importOf(ALL, 1);
    const cut = await importOf([...ALL].reverse().slice(0, 7), 2);
    expect(cut.findings).toMatchObject({ resolved: 0, stale: 5 });
    expect(cut.problem).toBe(
      'looks cut off: it is in another order than the report before it, and lacks results of resources that it names; 5 findings were not seen; if it is whole, import it with `--complete`',
    );
  });

  it('in another order, and whole, has nothing to report', async () => {
    await importOf(ALL, 1);
    const shuffled = await importOf([...ALL].reverse(), 2);
    expect(shuffled).toMatchObject({ problem: null, findings: { resolved: 0, stale: 0 } });
  });

  it.each([2, 5])(
    'in another order, without the result of resource %i, resolves it',
    async (gone) => {
      await importOf(ALL, 1);
      const left = ALL.filter(([check, n]) => check !== 1 || n !== gone).reverse();
      const item = await importOf(left, 2);
      expect(item).toMatchObject({ problem: null, findings: { resolved: 1, stale: 0 } });
    },
  );

  it('that lacks something before its end resolves it', async () => {
    await importOf(ALL, 1);
    const left = ALL.filter(([check, n]) => check !== 1 || n !== 2);
    expect((await importOf(left, 2)).findings).toMatchObject({ resolved: 1, stale: 0 });
  });
});

describe('a report that may be cut off', () => {
  const importOf = (pairs: readonly Pair[], at: number) =>
    team.importText(prowlerCsv(prowlerRows(pairs, at)), 'whole.csv');

  it('resolves a resource that it lacks everywhere, its last result too', async () => {
    await importOf(ALL, 1);
    const left = ALL.filter(([, n]) => n !== 5);
    const item = await importOf(left, 2);
    expect(item).toMatchObject({ problem: null, findings: { resolved: 2, stale: 0 } });
  });

  it('is compared with the order before an import that was undone', async () => {
    await importOf(ALL, 1);
    const fewer = await importOf(
      ALL.filter(([check, n]) => check !== 1 || n !== 4),
      2,
    );
    await core.scans.undo.undo(team.actor, fewer.id);
    const item = await importOf(ALL.slice(0, -2), 3);
    expect(item.findings).toMatchObject({ resolved: 0, stale: 2 });
  });
});
