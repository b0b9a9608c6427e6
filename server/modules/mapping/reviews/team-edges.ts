import type { NewMappingReview } from '../../../../contract/mapping-review.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { checkKey } from '../matching/check-matches.rules.js';
import type { TeamEdge } from '../matching/control-matcher.js';
import type { MappingReviewsRepository, StoredReview } from './mapping-reviews.repository.js';

/** A team's reviews that are in force, by tool and check. */
export type EdgesByCheck = ReadonlyMap<string, readonly StoredReview[]>;

/** Teams whose edges are cached; a team has some hundreds. */
const MAX_TEAMS = 100;

/** The reviews in force per team, cached until any process writes another review of the team. */
export class TeamEdges {
  readonly #known = new Map<string, { version: number; edges: EdgesByCheck }>();

  constructor(private readonly reviews: MappingReviewsRepository) {}

  /** Changes after every write; null while a write is in progress. */
  version(team: TeamScope): Promise<number | null> {
    return this.reviews.version(team);
  }

  /** One small read when nothing has changed. */
  async of(team: TeamScope): Promise<EdgesByCheck> {
    const version = await this.reviews.version(team);
    const known = this.#known.get(team.teamId);
    if (known && known.version === version) return known.edges;
    const edges = inForce(await this.reviews.unrevoked(team));
    // Read before the reviews: a write that starts later makes this version outdated.
    if (version !== null) {
      if (this.#known.size >= MAX_TEAMS) this.#known.clear();
      this.#known.set(team.teamId, { version, edges });
    }
    return edges;
  }
}

/** The match that a new review is about. */
export function edgeOf({ tool, checkId, provider, controlId }: NewMappingReview) {
  return { tool, checkId, provider: provider ?? '', controlId };
}

/** Which match a review is about. */
export function edgeKey(edge: Pick<StoredReview, 'tool' | 'checkId' | 'provider' | 'controlId'>) {
  return JSON.stringify([edge.tool, edge.checkId, edge.provider, edge.controlId]);
}

/** The last review of each edge that is not revoked, by check. */
export function inForce(reviews: readonly StoredReview[]): Map<string, StoredReview[]> {
  const last = new Map<string, StoredReview>();
  for (const review of reviews) {
    const key = edgeKey(review);
    const known = last.get(key);
    if (!known || known.seq < review.seq) last.set(key, review);
  }
  const byCheck = new Map<string, StoredReview[]>();
  // Sorted, so that the result does not depend on the order of reviews.
  for (const key of [...last.keys()].sort()) {
    const review = last.get(key) as StoredReview;
    const check = checkKey(review);
    byCheck.set(check, [...(byCheck.get(check) ?? []), review]);
  }
  return byCheck;
}

/** The edges of a check of a provider; reviews for this provider come before reviews for all providers. */
export function edgesOf(
  edges: EdgesByCheck,
  { tool, checkId, provider }: { tool: string; checkId: string; provider: string },
): TeamEdge[] {
  const found = new Map<string, StoredReview>();
  for (const review of edges.get(checkKey({ tool, checkId })) ?? []) {
    if (review.provider !== '' && review.provider !== provider) continue;
    if (review.provider === '' && found.has(review.controlId)) continue;
    found.set(review.controlId, review);
  }
  return [...found.values()].map(({ controlId, verdict, relation, actor, at, reason }) => ({
    controlId,
    verdict: verdict === 'accept' ? 'accepted' : 'rejected',
    relation: relation ?? undefined,
    review: { actor, at, reason },
  }));
}
