import type { ControlDecision } from '../../../../contract/compliance.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

/** What a person decided about a control: one at a time. */
export interface StoredDecision extends ControlDecision, TeamDoc {
  controlId: string;
  /** Decisions of answers that it replaced, newest first: one applies again if this is withdrawn. */
  replaced?: ControlDecision[];
}
