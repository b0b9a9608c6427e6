import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shuffledIndex } from '../../../scanners/testing/seeded-random.js';
import {
  ALL_THINGS,
  FILTERABLE_TOOLS,
  type FilterableTool,
  type Thing,
} from '../../../testing/filterable-reports.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import {
  createTestCore,
  SCANS_ONLY,
  SCANS_TO_CONTROLS,
  type TestCore,
} from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let full: TestCore;
const RUNS = propertyRuns(40, 3);

beforeAll(async () => {
  [core, full] = await Promise.all([createTestCore(SCANS_ONLY), createTestCore(SCANS_TO_CONTROLS)]);
});
afterAll(() => Promise.all([core.close(), full.close()]));

/** Most of the things, so that a place knows several of each class. */
const world = fc
  .subarray([...ALL_THINGS], { minLength: 18 })
  .chain((things) => fc.nat().map((seed) => shuffled(things, seed)));

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const order = shuffledIndex(seed, items.length);
  return items.flatMap((_, n) => items[order(n)] ?? []);
}

/** Leaves out some classes of one or two filters; always leaves something. */
function filteredBy(tool: FilterableTool) {
  const names = fc.subarray(Object.keys(tool.filters), { minLength: 1, maxLength: 2 });
  return fc.tuple(names, fc.nat()).map(([chosen, seed]) => {
    const leaves = (things: readonly Thing[]) => {
      let left = [...things];
      chosen.forEach((name, n) => {
        const classOf = tool.filters[name];
        if (!classOf) return;
        const classes = [...new Set(left.map(classOf))];
        // Passing rows are what that filter leaves out, not the failing ones.
        const kept =
          name === 'passing rows'
            ? new Set<unknown>([false])
            : new Set<unknown>(shuffled(classes, seed + n).slice(0, 1 + (seed % classes.length)));
        left = left.filter((thing) => kept.has(classOf(thing)));
      });
      return left;
    };
    return { chosen, leaves };
  });
}

const openIn = async (team: TestTeam) => (await team.findings({ status: ['open'] })).length;

describe.each(FILTERABLE_TOOLS.map((tool) => [tool.name, tool] as const))('%s', (_, tool) => {
  it('closes nothing with a report that a filter has narrowed, and says so', async () => {
    await fc.assert(
      fc.asyncProperty(world, filteredBy(tool), async (things, { leaves }) => {
        const team = new TestTeam(core);
        await team.importText(tool.text(things, 1), 'whole');
        const before = await team.open();
        const left = leaves(things);
        if (left.length === 0) return;
        const item = await team.importText(tool.text(left, 2), 'whole');
        expect(await team.open()).toEqual(before);
        expect(item.findings).toMatchObject({ resolved: 0, opened: 0 });
        if (item.findings.stale > 0 && !tool.statesCoverage) {
          expect(item.problem).toMatch(/^looks .*not seen; if it is whole, .*`--complete`$/);
        }
        const stale = (await team.findings()).filter(({ staleSince }) => staleSince !== null);
        expect(stale).toHaveLength(item.findings.stale);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  it('closes nothing with a report that is shuffled, repeated, older or cut off', async () => {
    const ways = fc.constantFrom('shuffled', 'repeated', 'older', 'cut');
    await fc.assert(
      fc.asyncProperty(world, ways, fc.nat(), async (things, way, seed) => {
        const team = new TestTeam(core);
        await team.importText(tool.text(things, 1), 'whole');
        const before = await openIn(team);
        const part = things.slice(0, 1 + (seed % things.length));
        const whole = tool.text(shuffled(things, seed), 2);
        if (way === 'cut') await team.importCut(whole, 0.1 + (seed % 80) / 100);
        else if (way === 'older' && tool.isTimeless) return;
        else if (way === 'older') await team.importText(tool.text(part, 0), 'whole');
        else if (way === 'shuffled') await team.importText(whole, 'whole');
        else await team.importText(tool.text([...things, ...part], 2), 'whole');
        expect(await openIn(team)).toBeGreaterThanOrEqual(before);
        const resolved = await team.findings({ status: ['resolved'] });
        expect(resolved).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  it('closes what a whole report no longer has, and everything that a complete one lacks', async () => {
    // What an endless report ends with may also be cut off.
    const end = tool.isEndless ? ALL_THINGS.length - 1 : ALL_THINGS.length;
    const fails = ALL_THINGS.slice(0, end).filter(({ place, part }) => place > 0 || part > 0);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fails), filteredBy(tool), async (gone, { leaves }) => {
        const team = new TestTeam(core);
        await team.importText(tool.text(ALL_THINGS, 1), 'whole');
        const before = await openIn(team);
        const left = ALL_THINGS.filter((thing) => thing !== gone);
        const item = await team.importText(tool.text(left, 2), 'whole');
        expect(item.findings).toMatchObject({ resolved: 1, stale: 0 });
        expect(item.problem).toBeNull();
        const narrowed = tool.text(leaves(left), 3);
        await team.importText(narrowed, 'whole', { coverage: 'partial' });
        expect(await openIn(team)).toBe(before - 1);
        if (tool.statesCoverage) return;
        const complete = await team.importText(narrowed, 'whole', { coverage: 'complete' });
        expect(await openIn(team)).toBe(complete.counts.fail);
        expect(complete).toMatchObject({ problem: null, findings: { stale: 0 } });
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});

describe('controls', () => {
  it.each(
    FILTERABLE_TOOLS.filter(({ name }) => /^(?:Prowler|Trivy|Checkov)/.test(name)).map(
      (tool) => [tool.name, tool] as const,
    ),
  )(
    'are never greener after a filtered report of %s',
    async (_, tool) => {
      const rank = (status: string) =>
        ['not_implemented', 'partial', 'implemented'].indexOf(status);
      await fc.assert(
        fc.asyncProperty(world, filteredBy(tool), async (things, { leaves }) => {
          const team = new TestTeam(full);
          await team.importText(tool.text(things, 1), 'whole');
          const before = new Map((await team.controls()).map(({ id, status }) => [id, status]));
          const left = leaves(things);
          if (left.length === 0) return;
          await team.importText(tool.text(left, 2), 'whole');
          for (const { id, status } of await team.controls()) {
            expect(rank(status), id).toBeLessThanOrEqual(rank(before.get(id) ?? 'not_assessed'));
          }
        }),
        { numRuns: propertyRuns(20, 2) },
      );
    },
    60_000,
  );
});
