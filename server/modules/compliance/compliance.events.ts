import type { Assurance, ControlStatus, EngineRun } from '../../../contract/compliance.js';
import { eventType } from '../../platform/events/events.js';

/** A control has another status than before; `from` is null when it is computed for the first time. */
export const controlChanged = eventType<{
  teamId: string;
  controlId: string;
  from: ControlStatus | null;
  to: ControlStatus;
}>('control.changed');

/** What a run of the engine says of a control. */
export interface ControlStanding {
  status: ControlStatus;
  assurance: Assurance;
  openFindings: number;
  contradicted: boolean;
  reason: string;
  /** Checks whose results count for the control and fail, worst first. */
  failingChecks: readonly { tool: string; checkId: string }[];
}

/** What a run changed of a control; `from` is null when it is computed for the first time. */
export interface ControlChange {
  controlId: string;
  from: ControlStanding | null;
  to: ControlStanding;
}

/** Control states have been computed and stored, whether or not anything changed. */
export const engineRan = eventType<{
  teamId: string;
  run: EngineRun;
  changes: readonly ControlChange[];
  /** Rules, library or mapping are others than at the run before: differences may be theirs. */
  definitionChanged: boolean;
  ruleVersion: string;
}>('compliance.engine_ran');
