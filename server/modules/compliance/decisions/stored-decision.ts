import type { ControlDecision } from '../../../../contract/compliance.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

/** What a person decided about a control: one at a time. */
export interface StoredDecision extends ControlDecision, TeamDoc {
  controlId: string;
  /** Decisions that answers stood for and whose place it took, newest first: one stands again if this is taken back. */
  replaced?: ControlDecision[];
}
