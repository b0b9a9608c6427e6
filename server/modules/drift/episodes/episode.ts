import type { DriftEvent } from '../../../../contract/drift.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

export interface StoredEpisode extends DriftEvent, TeamDoc {
  /** `type/subject` while it is open, so that only one is; null afterwards. */
  openKey: string | null;
  /** Number of the look that wrote it last; the same look again changes nothing. */
  look: number;
}
