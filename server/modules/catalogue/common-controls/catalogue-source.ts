import type { TeamScope } from '../../../platform/database/collection.js';
import type { Control, Framework } from './catalogue.js';

/** Where a framework or a control comes from: the product, the team's own files, or a workbook of others. */
export type Origin = 'shipped' | 'custom' | 'imported';

/** A team's controls and frameworks besides the shipped ones. */
export interface CatalogueSource {
  readonly origin: Exclude<Origin, 'shipped'>;
  /** Changes whenever the result of `load` would; empty for a team without any. Read with every request, so it must be one small read. */
  version(team: TeamScope): Promise<string>;
  /** Ids of earlier sources are skipped: nothing shipped is ever replaced. */
  load(
    team: TeamScope,
  ): Promise<{ controls: readonly Control[]; frameworks: readonly Framework[] }>;
}
