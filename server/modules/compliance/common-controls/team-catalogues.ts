import type { TeamScope } from '../../../platform/database/collection.js';
import type { Catalogue } from './catalogue.js';

/** The library as each team sees it. */
export class TeamCatalogues {
  constructor(private readonly shipped: Catalogue) {}

  /** Controls, and the frameworks that the team measures itself by. */
  async of(_team: TeamScope): Promise<Catalogue> {
    return this.shipped;
  }
}
