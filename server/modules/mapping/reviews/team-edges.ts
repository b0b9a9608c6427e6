import type { TeamScope } from '../../../platform/database/collection.js';
import { checkKey } from '../matching/check-matches.rules.js';
import type { TeamEdge } from '../matching/control-matcher.js';
import type { MappingReviewsRepository, StoredReview } from './mapping-reviews.repository.js';

/** A team's reviews that are in force, by tool and check. */
export type EdgesByCheck = ReadonlyMap<string, readonly StoredReview[]>;

/** How many teams' edges are remembered; a team has some hundreds. */
const MOST_TEAMS = 100;

/** What people of a team said about matches, remembered until any process writes another review of the team. */
export class TeamEdges {
  readonly #known = new Map<string, { version: number; edges: EdgesByCheck }>();

  constructor(private readonly reviews: MappingReviewsRepository) {}

  /** Another one after each write; null while one is under way. */
  version(team: TeamScope): Promise<number | null> {
    return this.reviews.version(team);
  }

  /** One small read where nothing has changed. */
  async of(team: TeamScope): Promise<EdgesByCheck> {
    const version = await this.reviews.version(team);
    const known = this.#known.get(team.teamId);
    if (known && known.version === version) return known.edges;
    const edges = inForce(await this.reviews.standing(team));
    // Read before the reviews: a write that began meanwhile makes it an old one.
    if (version !== null) {
      if (this.#known.size >= MOST_TEAMS) this.#known.clear();
      this.#known.set(team.teamId, { version, edges });
    }
    return edges;
  }
}

/** Which match a review is about. */
export function edgeKey(edge: Pick<StoredReview, 'tool' | 'checkId' | 'provider' | 'controlId'>) {
  return JSON.stringify([edge.tool, edge.checkId, edge.provider, edge.controlId]);
}

/** Of each edge the last review that is not revoked, by check. */
export function inForce(standing: readonly StoredReview[]): Map<string, StoredReview[]> {
  const last = new Map<string, StoredReview>();
  for (const review of standing) {
    const key = edgeKey(review);
    const known = last.get(key);
    if (!known || known.seq < review.seq) last.set(key, review);
  }
  const byCheck = new Map<string, StoredReview[]>();
  // By control, so that what comes of them does not depend on who was first.
  for (const key of [...last.keys()].sort()) {
    const review = last.get(key) as StoredReview;
    const check = checkKey(review);
    byCheck.set(check, [...(byCheck.get(check) ?? []), review]);
  }
  return byCheck;
}

/** What counts for a check of a provider; what was said of this provider comes before what was said of all. */
export function edgesOf(
  edges: EdgesByCheck,
  { tool, checkId, provider }: { tool: string; checkId: string; provider: string },
): TeamEdge[] {
  const said = new Map<string, StoredReview>();
  for (const review of edges.get(checkKey({ tool, checkId })) ?? []) {
    if (review.provider !== '' && review.provider !== provider) continue;
    if (review.provider === '' && said.has(review.controlId)) continue;
    said.set(review.controlId, review);
  }
  return [...said.values()].map(({ controlId, verdict, relation, actor, at, reason }) => ({
    controlId,
    says: verdict === 'accept' ? 'accepted' : 'rejected',
    relation: relation ?? undefined,
    review: { actor, at, reason },
  }));
}
