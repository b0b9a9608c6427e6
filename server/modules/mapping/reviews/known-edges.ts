import type { NewMappingReview } from '../../../../contract/mapping-review.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { EvidenceService } from '../../security-scans/index.js';
import { checkKey } from '../matching/check-matches.rules.js';

/** Checks whether a team has the checks and controls of reviews. */
export class KnownEdges {
  constructor(
    private readonly deps: {
      catalogues: TeamCatalogues;
      evidence: Pick<EvidenceService, 'checks'>;
    },
  ) {}

  /** Throws NotFoundError for a control or check that the team does not have. */
  async require(team: TeamScope, given: readonly NewMappingReview[]): Promise<void> {
    await this.requireControls(team, given);
    const known = await this.checksOf(team, given);
    const missing = given.findIndex((each) => !known.has(checkKey(each)));
    if (missing === -1) return;
    throw new NotFoundError(`body.reviews.${missing}: no result of this check is known`);
  }

  async requireControls(team: TeamScope, given: readonly NewMappingReview[]): Promise<void> {
    const catalogue = await this.deps.catalogues.of(team);
    const missing = given.find(({ controlId }) => !catalogue.controls.has(controlId))?.controlId;
    if (missing === undefined) return;
    throw new NotFoundError(`no such control: ${missing}`, { controlId: missing });
  }

  /** The keys of those checks that have results. */
  async checksOf(team: TeamScope, given: readonly NewMappingReview[]): Promise<Set<string>> {
    if (given.length === 0) return new Set();
    const checkIds = [...new Set(given.map(({ checkId }) => checkId))];
    const checks = await this.deps.evidence.checks(team, checkIds);
    return new Set(checks.map(({ tool, check }) => checkKey({ tool, checkId: check.id })));
  }
}
