import type {
  Assurance,
  ChangeCause,
  ControlStatus,
  EngineRun,
} from '../../../contract/compliance.js';
import { eventType } from '../../platform/events/events.js';

/** The result of an engine run for a control. */
export interface ControlOutcome {
  status: ControlStatus;
  /** What scores need beside the status. */
  standing?: string;
  assurance: Assurance;
  openFindings: number;
  contradicted: boolean;
  reason: string;
  /** Checks whose results count for the control and fail, worst first. */
  failingChecks: readonly { tool: string; checkId: string }[];
}

/** How a run changed a control; `from` is null when it is computed for the first time. */
export interface ControlChange {
  controlId: string;
  from: ControlOutcome | null;
  to: ControlOutcome;
  /** Never the team where rules, library or mapping have changed. */
  cause: ChangeCause;
}

/** A change of a control in the accounts of a framework's scope. */
export interface ScopedControlChange extends ControlChange {
  scopeId: string;
}

/** The engine computed and stored control states, with or without changes. */
export const engineRan = eventType<{
  teamId: string;
  run: EngineRun;
  /** Changes of states over all accounts. */
  changes: readonly ControlChange[];
  /** Changes of states in the scopes of frameworks. */
  scopedChanges: readonly ScopedControlChange[];
  /** Rules, library or mapping differ from the previous run: changes may come from these. */
  definitionChanged: boolean;
  ruleVersion: string;
}>('compliance.engine_ran');

/** A person attested a requirement, or withdrew an attestation. */
export const requirementAttested = eventType<{
  teamId: string;
  frameworkId: string;
  requirementId: string;
}>('requirement.attested');
