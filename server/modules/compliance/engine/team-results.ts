import type { TeamScope } from '../../../platform/database/collection.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { CheckMatchesRepository } from '../../mapping/index.js';
import type { EvidenceService } from '../../security-scans/index.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import { readScoping } from '../scoping/read-scoping.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import type { CheckTalliesRepository } from './check-tallies.repository.js';

export interface TeamResultsDeps {
  catalogues: TeamCatalogues;
  scoping: ScopingRepository;
  evidence: Pick<EvidenceService, 'inScope'>;
  matches: CheckMatchesRepository;
  tallies: CheckTalliesRepository;
  decisions: DecisionsRepository;
}

/** The inputs of a team's states as the last run stored them: for figures beside the states. */
export class TeamResults {
  constructor(private readonly deps: TeamResultsDeps) {}

  async read(team: TeamScope) {
    const { catalogues, scoping, evidence, matches, tallies } = this.deps;
    const [catalogue, accounts, matched, tallied] = await Promise.all([
      catalogues.of(team),
      evidence.inScope(team),
      matches.list(team),
      tallies.list(team),
    ]);
    return {
      catalogue,
      scoping: await readScoping(scoping, team, accounts),
      matched,
      tallied,
    };
  }

  decided(team: TeamScope, controlIds: readonly string[]) {
    return this.deps.decisions.byControl(team, controlIds);
  }
}

export type ReadResults = Awaited<ReturnType<TeamResults['read']>>;
