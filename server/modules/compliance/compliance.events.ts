import type {
  Assurance,
  ChangeCause,
  ControlStatus,
  EngineRun,
} from '../../../contract/compliance.js';
import { eventType } from '../../platform/events/events.js';

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
  /** What made the difference: never the team where rules, library or mapping are others. */
  cause: ChangeCause;
}

/** A change of a control as it is judged by the accounts of a framework's scope. */
export interface ScopedControlChange extends ControlChange {
  scopeId: string;
}

/** Control states have been computed and stored, whether or not anything changed. */
export const engineRan = eventType<{
  teamId: string;
  run: EngineRun;
  /** Of the states of all accounts. */
  changes: readonly ControlChange[];
  /** Of the states of scopes, if frameworks have scopes of their own. */
  scopedChanges: readonly ScopedControlChange[];
  /** Rules, library or mapping are others than at the run before: differences may be theirs. */
  definitionChanged: boolean;
  ruleVersion: string;
}>('compliance.engine_ran');

/** A person attested a requirement, or took that back. */
export const requirementAttested = eventType<{
  teamId: string;
  frameworkId: string;
  requirementId: string;
}>('requirement.attested');
