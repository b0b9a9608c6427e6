import type { z } from 'zod';
import type {
  listMappingReviews,
  MappingReview,
  NewMappingReview,
} from '../../../../contract/mapping-review.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { checkKey } from '../matching/check-matches.rules.js';
import type { ControlJudge } from './control-judge.js';
import type { KnownEdges } from './known-edges.js';
import type { MappingReviewsRepository, StoredReview } from './mapping-reviews.repository.js';
import type { ReviewStore } from './review-store.js';
import { edgeKey, edgeOf, type TeamEdges } from './team-edges.js';

export interface MappingReviewsDeps {
  reviews: MappingReviewsRepository;
  teamEdges: TeamEdges;
  /** Stores reviews. */
  store: ReviewStore;
  /** The checks and controls that a team has. */
  known: KnownEdges;
  /** Null while the module that evaluates controls is unavailable. */
  judge: () => ControlJudge | null;
  audit: Audit;
}

/** Reviews that a preview shows. */
const MAX_SHOWN = 50;

type Query = z.output<NonNullable<typeof listMappingReviews.query>>;

/** Reviews of check → control matches: accepted, rejected or revoked, and evaluated at once. */
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
   * Stores these verdicts over earlier ones of their edges, all or none, and evaluates the controls.
   * Throws NotFoundError for a control or check that the team does not have.
   */
  async review(actor: Actor, given: readonly NewMappingReview[]) {
    const { audit } = this.deps;
    rejectDuplicates(given);
    await this.deps.known.require(actor, given);
    const stored = await this.deps.store.add(actor, given);
    for (const { id: _, teamId: __, proposed: ___, seq: ____, ...review } of stored) {
      const subject = `${review.tool}/${review.checkId}`;
      await audit.record(actor, `mapping.${review.verdict}ed`, subject, { ...review });
    }
    return this.#evaluated(actor, stored);
  }

  /** What `adopt` would do with these; it rejects the same input. */
  async previewAdoption(actor: Actor, given: readonly NewMappingReview[]) {
    const { added, replaced, counts } = await this.#adoption(actor, given);
    return { ...counts, added: added.length, replaced, reviews: added.slice(0, MAX_SHOWN) };
  }

  /** Imports reviews of another installation, also of checks without results. */
  async adopt(actor: Actor, given: readonly NewMappingReview[]) {
    const { added, counts } = await this.#adoption(actor, given);
    const stored = added.length > 0 ? await this.deps.store.add(actor, added) : [];
    const details = { added: stored.length, ...counts };
    await this.deps.audit.record(actor, 'mapping.imported', actor.teamId, details);
    const { controlsChanged } = await this.#evaluated(actor, stored);
    return { ...details, controlsChanged };
  }

  async #adoption(actor: Actor, given: readonly NewMappingReview[]) {
    const { teamEdges } = this.deps;
    rejectDuplicates(given);
    await this.deps.known.requireControls(actor, given);
    const current = new Map(
      [...(await teamEdges.of(actor)).values()].flat().map((each) => [edgeKey(each), each]),
    );
    const before = (each: NewMappingReview) => current.get(edgeKey(edgeOf(each)));
    const added = given.filter((each) => !isSame(before(each), each));
    const known = await this.deps.known.checksOf(actor, added);
    const unchanged = given.length - added.length;
    const unknownChecks = added.filter((each) => !known.has(checkKey(each))).length;
    const replaced = added.filter(before).length;
    return { added, replaced, counts: { unchanged, unknownChecks } };
  }

  /** Revokes reviews: the previous reviews of the same edges count again, or the shipped mapping. */
  async revoke(actor: Actor, given: readonly string[]) {
    const { audit } = this.deps;
    const ids = [...new Set(given)];
    const revoked = await this.deps.store.revoke(actor, ids);
    for (const { id, tool, checkId, controlId, verdict } of revoked) {
      const details = { reviewId: id, controlId, verdict };
      await audit.record(actor, 'mapping.revoked', `${tool}/${checkId}`, details);
    }
    return this.#evaluated(actor, revoked);
  }

  async #evaluated(actor: Actor, changed: readonly StoredReview[]) {
    const { judge, teamEdges } = this.deps;
    let controlsChanged = 0;
    if (changed.length > 0) {
      const checkIds = [...new Set(changed.map(({ checkId }) => checkId))];
      controlsChanged = (await judge()?.reevaluate(actor, checkIds))?.controlsChanged ?? 0;
    }
    const current = idsOf(await teamEdges.of(actor));
    return { reviews: changed.map((review) => presented(review, current)), controlsChanged };
  }
}

function rejectDuplicates(given: readonly NewMappingReview[]): void {
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

function isSame(known: StoredReview | undefined, given: NewMappingReview): boolean {
  if (known?.verdict !== given.verdict) return false;
  return given.verdict === 'reject' || known.relation === (given.relation ?? 'subset');
}

export function idsOf(edges: ReadonlyMap<string, readonly StoredReview[]>): ReadonlySet<string> {
  return new Set([...edges.values()].flat().map(({ id }) => id));
}

export function presented(review: StoredReview, current: ReadonlySet<string>): MappingReview {
  const { teamId: _, seq: __, provider, ...facts } = review;
  const state =
    review.revokedAt !== null ? 'revoked' : current.has(review.id) ? 'in_force' : 'replaced';
  return { ...facts, provider: provider || null, state };
}
