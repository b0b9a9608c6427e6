import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import { controlAttributions, type TeamCatalogues } from '../../catalogue/index.js';
import type { CheckMatchesRepository } from '../../mapping/index.js';
import type { ControlStatesRepository } from './control-states.repository.js';

/** The controls that a team's checks count for. */
export class CheckControlsService {
  constructor(
    private readonly deps: {
      matches: CheckMatchesRepository;
      states: ControlStatesRepository;
      catalogues: TeamCatalogues;
    },
  ) {}

  async of(team: TeamScope, tool: string, checkId: string) {
    const { matches, states, catalogues } = this.deps;
    const found = await matches.get(team, tool, checkId);
    if (!found) throw new NotFoundError('no result of this check is known', { tool, checkId });
    const known = await states.byControl(team, found.controlIds);
    const catalogue = await catalogues.of(team);
    return {
      items: found.matches.map(({ controlId, reason }) => ({
        controlId,
        title: catalogue.controls.get(controlId)?.title ?? controlId,
        status: known.get(controlId)?.status ?? ('not_assessed' as const),
        match: reason,
      })),
      attributions: controlAttributions(catalogue, found.controlIds),
    };
  }
}
