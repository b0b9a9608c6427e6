import type { ControlDecision } from '../../../../contract/compliance.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

/** A person's decision about a control; a control has one at a time. */
export interface StoredDecision extends ControlDecision, TeamDoc {
  controlId: string;
  /** Decisions of answers that it replaced, newest first: one applies again if this is withdrawn. */
  replaced?: ControlDecision[];
}
