import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NewMappingReview } from '../../../../contract/mapping-review.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import type { RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

// Each run of a property evaluates up to twelve reviews.
vi.setConfig({ testTimeout: 300_000 });

let core: TestCore;
beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

const CHECKS = ['kms_cmk_are_used', 's3_bucket_object_versioning', 'unknown_check'];
const CONTROLS = ['CRY-09', 'BCD-11', 'IAC-06', 'CFG-01'];
const reviewOf: fc.Arbitrary<NewMappingReview> = fc
  .record({
    checkId: fc.constantFrom(...CHECKS),
    controlId: fc.constantFrom(...CONTROLS),
    provider: fc.constantFrom(undefined, undefined, 'aws', 'azure'),
    verdict: fc.constantFrom('accept', 'reject'),
    relation: fc.constantFrom('subset', 'intersects', 'equal'),
    reason: fc.constant('looked at it'),
  })
  .map(({ verdict, relation, ...rest }) => ({
    ...{ tool: 'prowler', verdict: verdict as 'accept', ...rest },
    ...(verdict === 'accept' ? { relation: relation as 'subset' } : {}),
  }));
const edgeOf = ({ checkId, controlId, provider }: NewMappingReview) =>
  `${checkId} ${controlId} ${provider ?? ''}`;
const reviews = fc.array(reviewOf, { minLength: 1, maxLength: 6 });
/** One review for each edge. */
const distinct = fc.uniqueArray(reviewOf, { minLength: 1, maxLength: 6, selector: edgeOf });

const rows: RowSpec[] = CHECKS.flatMap((check, at) => [
  { check, resource: `${check}-a`, status: at === 0 ? 'FAIL' : 'PASS' },
  { check, resource: `${check}-b`, status: 'PASS' },
  { check, resource: `${check}-c`, status: at === 1 ? 'FAIL' : 'PASS', provider: 'azure' },
]);
async function aTeam(): Promise<TestTeam> {
  const team = new TestTeam(core);
  await team.import(rows);
  return team;
}
const service = () => core.mapping.reviews;
const anonymous = (text: string, team: TestTeam) =>
  JSON.parse(text.replaceAll(team.actor.name, 'somebody'));
/** Everything computed for a team, without its identity. */
const stateOf = async (team: TestTeam) =>
  anonymous(JSON.stringify(await team.controlStates()), team);

const runs = { numRuns: propertyRuns(10, 3) };

describe('mapping reviews', () => {
  it('do not depend on their order, except for the last of each edge', async () => {
    await fc.assert(
      fc.asyncProperty(reviews, fc.array(fc.nat()), async (given, order) => {
        const last = new Map(given.map((each) => [edgeOf(each), each]));
        const [one, two] = [await aTeam(), await aTeam()];
        for (const each of given) await service().review(one.actor, [each]);
        const others = given
          .map((each, at) => ({ each, at: order[at] ?? at }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each)
          .filter((each) => last.get(edgeOf(each)) !== each);
        for (const each of others) await service().review(two.actor, [each]);
        await service().review(two.actor, [...last.values()].reverse());
        expect(await stateOf(two)).toEqual(await stateOf(one));
      }),
      runs,
    );
  });

  it('have no effect once revoked', async () => {
    await fc.assert(
      fc.asyncProperty(distinct, distinct, fc.boolean(), async (first, then, oneByOne) => {
        const team = await aTeam();
        await service().review(team.actor, first);
        const before = await stateOf(team);
        const made = (await service().review(team.actor, then)).reviews.map(({ id }) => id);
        if (oneByOne) for (const id of made) await service().revoke(team.actor, [id]);
        else await service().revoke(team.actor, made);
        expect(await stateOf(team)).toEqual(before);
      }),
      runs,
    );
  });

  it('have the same effect one by one and in one batch', async () => {
    await fc.assert(
      fc.asyncProperty(reviews, fc.nat(), async (given, at) => {
        const team = await aTeam();
        const ids: string[] = [];
        for (const each of given) {
          const { reviews: made } = await service().review(team.actor, [each]);
          ids.push(made[0]?.id ?? '');
        }
        await service().revoke(team.actor, [ids[at % ids.length] ?? '']);
        const kept = await stateOf(team);
        expect((await core.compliance.engine.sync(team.actor)).mode).toBe('full');
        expect(await stateOf(team)).toEqual(kept);
      }),
      runs,
    );
  });

  it('never affect another team', async () => {
    await fc.assert(
      fc.asyncProperty(reviews, async (given) => {
        const [one, other] = [await aTeam(), await aTeam()];
        const before = await stateOf(other);
        for (const each of given) await service().review(one.actor, [each]);
        expect(await stateOf(other)).toEqual(before);
        await core.compliance.engine.sync(other.actor);
        expect(await stateOf(other)).toEqual(before);
        const seen = await core.mapping.queue.list(other.actor, { limit: 200 });
        expect(seen.items.filter(({ state }) => state !== 'unreviewed')).toEqual([]);
      }),
      runs,
    );
  });
});
