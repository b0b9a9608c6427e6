import type { ChangeCause } from '../../../../contract/compliance.js';
import type { DriftSettings } from '../../../../contract/drift.js';
import type { Moment } from '../state/moment-reader.js';
import type { TeamState } from '../state/team-state.js';

/** What the rules compare: the state of now with that of the look before. */
export interface Comparison {
  /** Null at the first look: nothing can have changed. */
  before: TeamState | null;
  moment: Moment;
  /** Why the engine changed a state, for the controls where the cause makes a difference. */
  causes: ReadonlyMap<string, ChangeCause>;
  /** Controls that changed with the team's thresholds, scopes or matches, see `movedBySettings`. */
  movedBySettings: ReadonlySet<string>;
  settings: DriftSettings;
  /** The look before: what ended until then has been reported; empty without one. ISO 8601 UTC. */
  since: string;
  now: string;
}
