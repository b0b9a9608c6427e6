import type { TeamScope } from '../../../platform/database/collection.js';
import type { Control, Framework } from './catalogue.js';

/** Where a framework or a control comes from: the product, the team's own files, or a workbook of others. */
export type Origin = 'shipped' | 'custom' | 'imported';

/** Controls and frameworks of a team beside those that are shipped. */
export interface CatalogueSource {
  readonly origin: Exclude<Origin, 'shipped'>;
  /** Changes whenever `load` would answer something else; empty for a team that has nothing here. Asked for every question, so it is one small read. */
  version(team: TeamScope): Promise<string>;
  /** Ids that earlier sources have are left out: nothing shipped is ever replaced. */
  load(
    team: TeamScope,
  ): Promise<{ controls: readonly Control[]; frameworks: readonly Framework[] }>;
}
