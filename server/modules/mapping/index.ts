import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { CatalogueModule } from '../catalogue/index.js';
import type { EvidenceService } from '../security-scans/index.js';
import { CheckMatchesRepository } from './matching/check-matches.repository.js';
import { CheckMatchingService } from './matching/check-matching.service.js';
import { type CuratedMapping, shippedMapping } from './matching/curated-mapping.js';
import { TeamMatchers } from './matching/team-matchers.js';
import type { ControlJudge } from './reviews/control-judge.js';
import { KnownEdges } from './reviews/known-edges.js';
import { MappingQueue } from './reviews/mapping-queue.js';
import { MappingReviewsRepository } from './reviews/mapping-reviews.repository.js';
import { addMappingReviewRoutes } from './reviews/mapping-reviews.routes.js';
import { MappingReviewsService } from './reviews/mapping-reviews.service.js';
import { ReviewStore } from './reviews/review-store.js';
import { TeamEdges } from './reviews/team-edges.js';

export {
  type CheckMatches,
  type CheckMatchesRepository,
  matchesId,
} from './matching/check-matches.repository.js';
export { checkKey } from './matching/check-matches.rules.js';
export type { CheckMatchingService } from './matching/check-matching.service.js';
export type { ControlMatch } from './matching/control-matcher.js';
export type { ControlJudge } from './reviews/control-judge.js';

export interface MappingParts {
  catalogue: Pick<CatalogueModule, 'shipped' | 'catalogues'>;
  evidence: EvidenceService;
  /** Called at the time of use; null while the module that evaluates controls is unavailable. */
  judge: () => ControlJudge | null;
  /** Default: the rules of this build. */
  curated?: CuratedMapping;
}

/** Maps checks to the controls that they count for, and stores reviews of these matches. */
export function createMapping(
  { repositories, audit, leases, clock, newId, parsing }: Platform,
  { catalogue: { shipped, catalogues }, evidence, judge, curated }: MappingParts,
) {
  const rules = curated ?? shippedMapping(shipped);
  const matches = repositories.create(CheckMatchesRepository);
  const reviews = repositories.create(MappingReviewsRepository);
  const teamEdges = new TeamEdges(reviews);
  const matching = new CheckMatchingService({
    ...{ catalogues, teamEdges, matches },
    matchers: new TeamMatchers(shipped, rules),
  });
  const queue = new MappingQueue({ reviews, teamEdges, matches, evidence, catalogues, judge });
  const store = new ReviewStore({ reviews, matches, leases, clock, newId });
  const known = new KnownEdges({ catalogues, evidence });
  const reviewing = new MappingReviewsService({ reviews, teamEdges, store, known, judge, audit });
  return {
    matching,
    matches,
    queue,
    reviews: reviewing,
    addRoutes: (http: HttpApi) =>
      addMappingReviewRoutes(http, { queue, reviews: reviewing, parsing }),
  };
}
export type Mapping = ReturnType<typeof createMapping>;
