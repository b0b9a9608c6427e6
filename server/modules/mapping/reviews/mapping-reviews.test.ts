import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NewMappingReview } from '../../../../contract/mapping-review.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { MappingReviewsRepository } from './mapping-reviews.repository.js';
import { exported, readReviews } from './portable-reviews.js';
import { TeamEdges } from './team-edges.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

/** A check without a rule and without stated requirements, matched by text only. */
const BY_TEXT = { check: 'gizmo_thing', title: 'Idle gizmo sessions are ended' };
const UNKNOWN = 'unheard_of_check';
const RULED = 'kms_cmk_are_used';
const row = (check: string, status: RowSpec['status'], more: Partial<RowSpec> = {}): RowSpec => ({
  check,
  resource: `${check}-r`,
  status,
  ...more,
});

const reviewOf = (
  checkId: string,
  controlId: string,
  verdict: 'accept' | 'reject' = 'accept',
  more: Partial<NewMappingReview> = {},
): NewMappingReview => ({
  tool: 'prowler',
  checkId,
  controlId,
  verdict,
  reason: 'read its code',
  ...more,
});
const service = () => core.mapping.reviews;
const review = (...reviews: NewMappingReview[]) => service().review(team.actor, reviews);
const queue = (query: object = {}, of = team) =>
  core.mapping.queue.list(of.actor, { limit: 200, ...query });
const controlsOf = async (checkId: string) => {
  const { items } = await core.compliance.checkControls.of(team.actor, 'prowler', checkId);
  return items.map(({ controlId }) => controlId);
};

describe('an accepted match', () => {
  it('makes passes count as a part, unlike text alone, and names the reviewer', async () => {
    await team.import([row(BY_TEXT.check, 'PASS', BY_TEXT)]);
    const [item] = (await queue({ tier: ['3'] })).items;
    if (!item) throw new Error('nothing was found by text');
    expect(await team.control(item.controlId)).toMatchObject({ status: 'not_assessed' });
    const { reviews, controlsChanged } = await review(reviewOf(BY_TEXT.check, item.controlId));
    expect(controlsChanged).toBe(1);
    expect(reviews).toMatchObject([{ state: 'in_force', proposed: { tier: 3 } }]);
    const control = await team.control(item.controlId);
    expect(control.status).toBe('partial');
    expect(control.explanation.inputs[0]?.match.text).toBe(
      `Accepted by ${team.actor.name} on 2026-03-01: read its code`,
    );
  });

  it('that only intersects the control decides nothing', async () => {
    await team.import([row(UNKNOWN, 'PASS')]);
    await review(reviewOf(UNKNOWN, 'IAC-06', 'accept', { relation: 'intersects' }));
    expect(await team.control('IAC-06')).toMatchObject({ status: 'not_assessed' });
    expect(await controlsOf(UNKNOWN)).toEqual(['IAC-06']);
  });

  it('keeps the other controls of the check', async () => {
    await team.import([row(RULED, 'FAIL')]);
    const before = await controlsOf(RULED);
    await review(reviewOf(RULED, 'IAC-06'));
    expect(new Set(await controlsOf(RULED))).toEqual(new Set([...before, 'IAC-06']));
    expect(await team.control('IAC-06')).toMatchObject({ status: 'not_implemented' });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'not_implemented' });
  });

  it('of one provider does not apply to another', async () => {
    await team.import([row(UNKNOWN, 'PASS')]);
    await review(reviewOf(UNKNOWN, 'IAC-06', 'accept', { provider: 'azure' }));
    expect(await controlsOf(UNKNOWN)).toEqual(['CFG-01']);
    await review(reviewOf(UNKNOWN, 'IAC-06', 'accept', { provider: 'aws' }));
    expect(await controlsOf(UNKNOWN)).toEqual(['IAC-06']);
  });
});

describe('a rejected match', () => {
  it('does not count, even if it comes from a shipped rule', async () => {
    await team.import([row(RULED, 'FAIL')]);
    expect(await team.control('CRY-09')).toMatchObject({ status: 'not_implemented' });
    await review(reviewOf(RULED, 'CRY-09', 'reject'));
    expect(await team.control('CRY-09')).toMatchObject({ status: 'not_assessed' });
    expect(await controlsOf(RULED)).not.toContain('CRY-09');
    const [item] = (await queue({ state: 'rejected' })).items;
    expect(item).toMatchObject({ controlId: 'CRY-09', match: { tier: 1 }, openFindings: 1 });
  });

  it('may be the domain match; then the check counts for no control', async () => {
    await team.import([row(UNKNOWN, 'FAIL')]);
    await review(reviewOf(UNKNOWN, 'CFG-01', 'reject'));
    expect(await controlsOf(UNKNOWN)).toEqual([]);
    expect(await team.control('CFG-01')).toMatchObject({ status: 'not_assessed' });
  });

  it('with another one accepted is a re-map, which adds no other match', async () => {
    await team.import([row(RULED, 'FAIL')]);
    const rejected = (await controlsOf(RULED)).map((id) => reviewOf(RULED, id, 'reject'));
    await review(...rejected, reviewOf(RULED, 'IAC-06'));
    expect(await controlsOf(RULED)).toEqual(['IAC-06']);
  });
});

describe('a review', () => {
  it('of something unknown is rejected with its whole batch', async () => {
    await team.import([row(RULED, 'FAIL')]);
    const good = reviewOf(RULED, 'IAC-06');
    for (const bad of [reviewOf(RULED, 'XYZ-99'), reviewOf('no_such_check', 'IAC-07')]) {
      await expect(review(good, bad)).rejects.toThrow(NotFoundError);
    }
    const twice = review(good, reviewOf(RULED, 'IAC-06', 'reject'));
    await expect(twice).rejects.toThrow(
      /body\.reviews\.1: is about the same match as reviews\[0\]/,
    );
    expect((await service().list(team.actor, { limit: 50 })).items).toEqual([]);
  });

  it('replaces the previous one of its edge, which counts again when it is revoked', async () => {
    await team.import([row(RULED, 'FAIL')]);
    const first = await review(reviewOf(RULED, 'IAC-06'));
    const second = await review(reviewOf(RULED, 'IAC-06', 'reject'));
    expect(await controlsOf(RULED)).not.toContain('IAC-06');
    const states = async () =>
      Object.fromEntries(
        (await service().list(team.actor, { limit: 50 })).items.map(({ id, state }) => [id, state]),
      );
    const [one, two] = [first.reviews[0]?.id ?? '', second.reviews[0]?.id ?? ''];
    expect(await states()).toEqual({ [one]: 'replaced', [two]: 'in_force' });
    await service().revoke(team.actor, [two]);
    expect(await controlsOf(RULED)).toContain('IAC-06');
    expect(await states()).toEqual({ [one]: 'in_force', [two]: 'revoked' });
    await expect(service().revoke(team.actor, [two])).rejects.toThrow(ConflictError);
    await expect(service().revoke(team.actor, [one, 'mapr_no'])).rejects.toThrow(NotFoundError);
    expect(await states()).toMatchObject({ [one]: 'in_force' });
    await expect(service().revoke(new TestTeam(core).actor, [one])).rejects.toThrow(NotFoundError);
  });

  it('leaves entries in the audit trail', async () => {
    await team.import([row(RULED, 'FAIL')]);
    const { reviews } = await review(
      reviewOf(RULED, 'IAC-06'),
      reviewOf(RULED, 'CRY-09', 'reject'),
    );
    await service().revoke(team.actor, [reviews[0]?.id ?? '']);
    const entries = await core.platform.audit.about(team.actor, `prowler/${RULED}`);
    expect(entries.map(({ action }) => action).sort()).toEqual([
      'mapping.accepted',
      'mapping.rejected',
      'mapping.revoked',
    ]);
    expect(entries[0]?.details).toHaveProperty('controlId');
  });

  it('is visible to other processes', async () => {
    await team.import([row(RULED, 'FAIL')]);
    const repository = core.platform.repositories.create(MappingReviewsRepository);
    const elsewhere = new TeamEdges(repository);
    expect((await elsewhere.of(team.actor)).size).toBe(0);
    const { reviews } = await review(reviewOf(RULED, 'IAC-06'));
    const edges = await elsewhere.of(team.actor);
    expect([...edges.values()].flat()).toMatchObject([{ controlId: 'IAC-06' }]);
    expect(await elsewhere.of(team.actor)).toBe(edges); // Cached while nothing is written.
    await service().revoke(team.actor, [reviews[0]?.id ?? '']);
    expect((await elsewhere.of(team.actor)).size).toBe(0);
  });
});

describe('the queue', () => {
  beforeEach(() =>
    team.import([
      row(UNKNOWN, 'PASS'),
      row(BY_TEXT.check, 'FAIL', BY_TEXT),
      ...['a', 'b'].map((resource) => row(RULED, 'FAIL', { resource })),
    ]),
  );

  it('starts with text and domain matches, by open findings and requirements', async () => {
    const { items, total, facets } = await queue();
    expect(total).toBe(items.length);
    const tiers = items.map(({ match }) => ((match?.tier ?? 4) > 2 ? 'weak' : 'strong'));
    expect(tiers).toEqual([...tiers].sort().reverse());
    const weak = items.filter(({ match }) => match && match.tier > 2);
    expect(weak.map(({ priority }) => priority)).toEqual(
      weak.map(({ priority }) => priority).sort((a, b) => b - a),
    );
    for (const { priority, openFindings, requirements } of items) {
      expect(priority).toBe((1 + openFindings) * (1 + requirements));
    }
    expect(items.find(({ checkId }) => checkId === RULED)?.openFindings).toBe(2);
    expect(facets.state).toEqual([{ value: 'unreviewed', count: total }]);
  });

  it('is filtered, and paged while reviews are made', async () => {
    const all = (await queue()).items;
    const [first, ...others] = all;
    if (!first) throw new Error('the queue is empty');
    const page = await queue({ limit: 1 });
    expect(page.items).toEqual([first]);
    await review(reviewOf(first.checkId, first.controlId, 'reject'));
    const rest = await queue({ state: 'unreviewed', cursor: page.nextCursor ?? '' });
    const names = (items: typeof all) => items.map((each) => `${each.checkId} ${each.controlId}`);
    expect(names(rest.items)).toEqual(
      expect.arrayContaining(names(others.filter(({ checkId }) => checkId !== first.checkId))),
    );
    expect(rest.nextCursor).toBeNull();
    expect((await queue({ state: 'rejected' })).total).toBe(1);
    expect((await queue({ service: ['kms'] })).items.map(({ checkId }) => checkId)).toContain(
      RULED,
    );
    expect((await queue({ tool: ['trivy'] })).total).toBe(0);
    expect((await queue({ q: 'idle gizmo' })).items[0]?.checkId).toBe(BY_TEXT.check);
    for (const cursor of ['zzz', 'W10', 'WzEsMiwzXQ']) {
      await expect(queue({ cursor })).rejects.toThrow(InvalidInputError);
    }
  });
});

describe('exported reviews', () => {
  const bytes = (file: ReturnType<typeof exported>) => readReviews(file.content);

  it.each(['jsonl', 'yaml'] as const)('as %s have the same effect elsewhere', async (format) => {
    await team.import([row(RULED, 'FAIL'), row(UNKNOWN, 'PASS')]);
    await review(reviewOf(RULED, 'CRY-09', 'reject'), reviewOf(UNKNOWN, 'IAC-06', 'accept'));
    const file = () =>
      service()
        .inForce(team.actor)
        .then((all) => exported(all, format));
    const other = new TestTeam(core);
    await other.import([row(RULED, 'FAIL')]);
    const previewed = async () => service().previewAdoption(other.actor, await bytes(await file()));
    expect(await previewed()).toMatchObject({ added: 2, replaced: 0, unknownChecks: 1 });
    expect(await service().inForce(other.actor)).toEqual([]);
    await service().review(other.actor, [reviewOf(RULED, 'CRY-09', 'accept')]);
    expect(await previewed()).toMatchObject({ added: 2, replaced: 1, unchanged: 0 });
    const adopted = await service().adopt(other.actor, await bytes(await file()));
    expect(adopted).toMatchObject({ added: 2, unchanged: 0, unknownChecks: 1 });
    expect(await other.control('CRY-09')).toMatchObject({ status: 'not_assessed' });
    await other.import([row(UNKNOWN, 'PASS')], { at: 1 });
    expect(await other.control('IAC-06')).toMatchObject({ status: 'partial' });
    const again = await service().adopt(other.actor, await bytes(await file()));
    expect(again).toMatchObject({ added: 0, unchanged: 2 });
    expect(await previewed()).toMatchObject({ added: 0, unchanged: 2, reviews: [] });
    const [kept] = await service().inForce(other.actor);
    expect(kept?.reason).toBe(`read its code (${team.actor.name}, 2026-03-01)`);
  });

  const line = JSON.stringify(reviewOf(RULED, 'IAC-06'));
  it.each([
    ['a line that is not JSON', `${line}\n{"tool":`, /line 2: not JSON/],
    ['an unknown field', `{"tool":"x","extra":1}`, /line 1: /],
    ['a repeated edge', `${line}\n\n${line}`, /line 3: is about the same match as line 1/],
    ['YAML of something else', 'a: 1\nb: [', /file: /],
    ['another kind', 'kind: else\nreviews: []', /neither JSON lines nor YAML/],
    [
      'an entry that does not fit',
      'kind: mapping-reviews/1\nreviews: [{ tool: x }]',
      /reviews\[0\]/,
    ],
  ])('with %s are rejected as a whole', async (_, text, message) => {
    const input = (async function* () {
      yield text;
    })();
    await expect(readReviews(input)).rejects.toThrow(message);
  });
});
