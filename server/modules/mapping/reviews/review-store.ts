import type { NewMappingReview } from '../../../../contract/mapping-review.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { CheckMatchesRepository } from '../matching/check-matches.repository.js';
import { checkKey } from '../matching/check-matches.rules.js';
import type { MappingReviewsRepository, StoredReview } from './mapping-reviews.repository.js';
import { edgeKey, edgeOf, inForce } from './team-edges.js';

/** Reviews in force or replaced, so that the cached reviews of a team stay small. */
const MAX_REVIEWS = 20_000;

/** Stores and revokes reviews, one writer per team at a time. */
export class ReviewStore {
  constructor(
    private readonly deps: {
      reviews: MappingReviewsRepository;
      matches: CheckMatchesRepository;
      leases: Leases;
      clock: Clock;
      newId: NewId;
    },
  ) {}

  /** Adds reviews over earlier ones of the same edges. */
  async add(actor: Actor, given: readonly NewMappingReview[]): Promise<StoredReview[]> {
    const { reviews, matches, leases, clock, newId } = this.deps;
    const checkIds = given.map(({ checkId }) => checkId);
    const matched = await matches.ofChecks(actor, checkIds);
    const proposals = new Map(
      matched.flatMap((item) =>
        item.matches.map(({ controlId, reason }) => [`${checkKey(item)} ${controlId}`, reason]),
      ),
    );
    return leases.hold(leaseOf(actor), async (lease) => {
      const current = await reviews.unrevoked(actor);
      if (current.length + given.length > MAX_REVIEWS) {
        throw new ConflictError(`a team can have ${MAX_REVIEWS} reviews; revoke some first`);
      }
      const last = new Map(
        [...inForce(current).values()].flat().map((review) => [edgeKey(review), review]),
      );
      const at = clock.now().toISOString();
      const added = given.map((each): StoredReview => {
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
          // With an earlier review: the matcher's proposal before any review.
          proposed: before ? before.proposed : proposal,
          seq: (before?.seq ?? 0) + 1,
          revokedAt: null,
          revokedBy: null,
        };
      });
      lease.check();
      await reviews.put(actor, added);
      return added;
    });
  }

  /** Revokes all or none. Throws NotFoundError and ConflictError for unknown and revoked ids. */
  revoke(actor: Actor, ids: readonly string[]): Promise<StoredReview[]> {
    const { reviews, leases, clock } = this.deps;
    return leases.hold(leaseOf(actor), async (lease) => {
      const found = await reviews.byIds(actor, ids);
      const foundIds = new Set(found.map(({ id }) => id));
      const missing = ids.findIndex((id) => !foundIds.has(id));
      if (missing !== -1) throw new NotFoundError(`body.ids.${missing}: no such review`);
      const alreadyRevoked = found.find(({ revokedAt }) => revokedAt !== null);
      if (alreadyRevoked)
        throw new ConflictError(`already revoked: ${alreadyRevoked.id}`, {
          reviewId: alreadyRevoked.id,
        });
      const end = { revokedAt: clock.now().toISOString(), revokedBy: actor.name };
      const changed = found.map((review) => ({ ...review, ...end }));
      lease.check();
      await reviews.put(actor, changed);
      return changed;
    });
  }
}

const leaseOf = ({ teamId }: TeamScope) => `compliance/mapping-reviews/${teamId}`;
