import type { z } from 'zod';
import type {
  listMappingReviews,
  MappingReview,
  NewMappingReview,
} from '../../../../contract/mapping-review.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { EvidenceService } from '../../security-scans/index.js';
import type { CheckMatchesRepository } from '../matching/check-matches.repository.js';
import { checkKey } from '../matching/check-matches.rules.js';
import type { ControlJudge } from './control-judge.js';
import type { MappingReviewsRepository, StoredReview } from './mapping-reviews.repository.js';
import { edgeKey, inForce, type TeamEdges } from './team-edges.js';

export interface MappingReviewsDeps {
  reviews: MappingReviewsRepository;
  teamEdges: TeamEdges;
  matches: CheckMatchesRepository;
  evidence: EvidenceService;
  catalogues: TeamCatalogues;
  /** Null while the module that evaluates controls is unavailable. */
  judge: () => ControlJudge | null;
  audit: Audit;
  leases: Leases;
  clock: Clock;
  newId: NewId;
}

/** Reviews in force or replaced, so that what is remembered of a team stays small. */
const MOST_STANDING = 20_000;
/** Of what a file would add. */
const MOST_SHOWN = 50;

type Query = z.output<NonNullable<typeof listMappingReviews.query>>;

/** What reviewers say about check → control matches: accepted, rejected, revoked, and at once computed. */
export class MappingReviewsService {
  constructor(private readonly deps: MappingReviewsDeps) {}

  /** Newest first. */
  async list(team: TeamScope, query: Query) {
    const { reviews, teamEdges } = this.deps;
    const { limit, cursor, revoked, tool, checkId, controlId, verdict } = query;
    const wanted = { tool, checkId, controlId, verdict };
    const filter = {
      ...wanted,
      ...(revoked === undefined ? {} : { revokedAt: { exists: revoked === 'true' } }),
    };
    const options = { sort: ['-at'], limit, after: cursor ?? null };
    const page = await reviews.find(team, filter, options);
    const current = idsOf(await teamEdges.of(team));
    return {
      items: page.items.map((review) => presented(review, current)),
      nextCursor: page.nextCursor,
    };
  }

  /** Every review in force, by check and control. */
  async inForce(team: TeamScope): Promise<StoredReview[]> {
    return [...(await this.deps.teamEdges.of(team)).values()].flat();
  }

  /**
   * Puts these verdicts over what was said of their edges, all or none, and computes what they touch.
   * Throws NotFoundError for a control or check that the team does not have.
   */
  async review(actor: Actor, given: readonly NewMappingReview[]) {
    const { audit } = this.deps;
    refuseTwice(given);
    await this.#requireKnown(actor, given);
    const made = await this.#add(actor, given);
    for (const { id: _, teamId: __, proposed: ___, seq: ____, ...said } of made) {
      const subject = `${said.tool}/${said.checkId}`;
      await audit.record(actor, `mapping.${said.verdict}ed`, subject, { ...said });
    }
    return this.#computed(actor, made);
  }

  /** What `adopt` would do with these, and would refuse in the same way. */
  async previewAdoption(actor: Actor, given: readonly NewMappingReview[]) {
    const { news, replaced, told } = await this.#adoption(actor, given);
    return { ...told, added: news.length, replaced, reviews: news.slice(0, MOST_SHOWN) };
  }

  /** Takes over reviews of another installation, also of checks that nothing is known of yet. */
  async adopt(actor: Actor, given: readonly NewMappingReview[]) {
    const { news, told: known } = await this.#adoption(actor, given);
    const made = news.length > 0 ? await this.#add(actor, news) : [];
    const told = { added: made.length, ...known };
    await this.deps.audit.record(actor, 'mapping.imported', actor.teamId, told);
    const { controlsChanged } = await this.#computed(actor, made);
    return { ...told, controlsChanged };
  }

  async #adoption(actor: Actor, given: readonly NewMappingReview[]) {
    const { teamEdges, evidence } = this.deps;
    refuseTwice(given);
    await this.#requireControls(actor, given);
    const current = new Map(
      [...(await teamEdges.of(actor)).values()].flat().map((each) => [edgeKey(each), each]),
    );
    const before = (each: NewMappingReview) => current.get(edgeKey(edgeOf(each)));
    const news = given.filter((each) => !saysTheSame(before(each), each));
    const known = await this.#checksOf(evidence, actor, news);
    const unchanged = given.length - news.length;
    const unknownChecks = news.filter((each) => !known.has(checkKey(each))).length;
    const replaced = news.filter(before).length;
    return { news, replaced, told: { unchanged, unknownChecks } };
  }

  /** Takes reviews back: the ones before them of the same edges count again, or what is shipped. */
  async revoke(actor: Actor, given: readonly string[]) {
    const { reviews, leases, clock, audit } = this.deps;
    const ids = [...new Set(given)];
    const revoked = await leases.hold(leaseOf(actor), async (lease) => {
      const found = await reviews.byIds(actor, ids);
      const there = new Set(found.map(({ id }) => id));
      const missing = ids.findIndex((id) => !there.has(id));
      if (missing !== -1) throw new NotFoundError(`body.ids.${missing}: no such review`);
      const over = found.find(({ revokedAt }) => revokedAt !== null);
      if (over) throw new ConflictError(`revoked already: ${over.id}`, { reviewId: over.id });
      const end = { revokedAt: clock.now().toISOString(), revokedBy: actor.name };
      const changed = found.map((review) => ({ ...review, ...end }));
      lease.check();
      await reviews.put(actor, changed);
      return changed;
    });
    for (const { id, tool, checkId, controlId, verdict } of revoked) {
      const details = { reviewId: id, controlId, verdict };
      await audit.record(actor, 'mapping.revoked', `${tool}/${checkId}`, details);
    }
    return this.#computed(actor, revoked);
  }

  async #add(actor: Actor, given: readonly NewMappingReview[]): Promise<StoredReview[]> {
    const { reviews, matches, leases, clock, newId } = this.deps;
    const checkIds = given.map(({ checkId }) => checkId);
    const matched = await matches.ofChecks(actor, checkIds);
    const proposals = new Map(
      matched.flatMap((item) =>
        item.matches.map(({ controlId, reason }) => [`${checkKey(item)} ${controlId}`, reason]),
      ),
    );
    return leases.hold(leaseOf(actor), async (lease) => {
      const standing = await reviews.standing(actor);
      if (standing.length + given.length > MOST_STANDING) {
        throw new ConflictError(`a team can have ${MOST_STANDING} reviews; revoke some first`);
      }
      const last = new Map(
        [...inForce(standing).values()].flat().map((review) => [edgeKey(review), review]),
      );
      const at = clock.now().toISOString();
      const made = given.map((each): StoredReview => {
        const edge = edgeOf(each);
        const before = last.get(edgeKey(edge));
        const proposal = proposals.get(`${checkKey(each)} ${each.controlId}`) ?? null;
        return {
          ...edge,
          id: newId('mapr'),
          teamId: actor.teamId,
          verdict: each.verdict,
          relation: each.verdict === 'accept' ? (each.relation ?? 'subset') : null,
          reason: each.reason,
          actor: actor.name,
          at,
          // Said over an earlier review: what the matcher said before any.
          proposed: before ? before.proposed : proposal,
          seq: (before?.seq ?? 0) + 1,
          revokedAt: null,
          revokedBy: null,
        };
      });
      lease.check();
      await reviews.put(actor, made);
      return made;
    });
  }

  async #computed(actor: Actor, changed: readonly StoredReview[]) {
    const { judge, teamEdges } = this.deps;
    let controlsChanged = 0;
    if (changed.length > 0) {
      const checkIds = [...new Set(changed.map(({ checkId }) => checkId))];
      controlsChanged = (await judge()?.reevaluate(actor, checkIds))?.controlsChanged ?? 0;
    }
    const current = idsOf(await teamEdges.of(actor));
    return { reviews: changed.map((review) => presented(review, current)), controlsChanged };
  }

  async #requireKnown(team: TeamScope, given: readonly NewMappingReview[]): Promise<void> {
    await this.#requireControls(team, given);
    const known = await this.#checksOf(this.deps.evidence, team, given);
    const missing = given.findIndex((each) => !known.has(checkKey(each)));
    if (missing === -1) return;
    throw new NotFoundError(`body.reviews.${missing}: no result of this check is known`);
  }

  async #requireControls(team: TeamScope, given: readonly NewMappingReview[]): Promise<void> {
    const catalogue = await this.deps.catalogues.of(team);
    const missing = given.find(({ controlId }) => !catalogue.controls.has(controlId))?.controlId;
    if (missing === undefined) return;
    throw new NotFoundError(`no such control: ${missing}`, { controlId: missing });
  }

  async #checksOf(
    evidence: EvidenceService,
    team: TeamScope,
    given: readonly NewMappingReview[],
  ): Promise<Set<string>> {
    if (given.length === 0) return new Set();
    const checkIds = [...new Set(given.map(({ checkId }) => checkId))];
    const checks = await evidence.checks(team, checkIds);
    return new Set(checks.map(({ tool, check }) => checkKey({ tool, checkId: check.id })));
  }
}

const leaseOf = ({ teamId }: TeamScope) => `compliance/mapping-reviews/${teamId}`;

function edgeOf({ tool, checkId, provider, controlId }: NewMappingReview) {
  return { tool, checkId, provider: provider ?? '', controlId };
}

function refuseTwice(given: readonly NewMappingReview[]): void {
  const seen = new Map<string, number>();
  given.forEach((each, at) => {
    const key = edgeKey(edgeOf(each));
    const first = seen.get(key);
    if (first !== undefined) {
      const message = `is about the same match as reviews[${first}]`;
      const path = `body.reviews.${at}`;
      throw new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
    }
    seen.set(key, at);
  });
}

function saysTheSame(known: StoredReview | undefined, given: NewMappingReview): boolean {
  if (known?.verdict !== given.verdict) return false;
  return given.verdict === 'reject' || known.relation === (given.relation ?? 'subset');
}

export function idsOf(edges: ReadonlyMap<string, readonly StoredReview[]>): ReadonlySet<string> {
  return new Set([...edges.values()].flat().map(({ id }) => id));
}

export function presented(review: StoredReview, current: ReadonlySet<string>): MappingReview {
  const { teamId: _, seq: __, provider, ...said } = review;
  const state =
    review.revokedAt !== null ? 'revoked' : current.has(review.id) ? 'in_force' : 'replaced';
  return { ...said, provider: provider || null, state };
}
