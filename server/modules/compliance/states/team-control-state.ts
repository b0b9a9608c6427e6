import type {
  Assurance,
  ControlExplanation,
  ControlStatus,
} from '../../../../contract/compliance.js';
import type { TeamDoc, TeamScope } from '../../../platform/database/collection.js';

/** The status of a control in a team, and why: the engine's result, kept until its inputs change. */
export interface TeamControlState extends TeamDoc {
  controlId: string;
  /** Empty: evaluated in all accounts; else in a framework's scope. */
  scopeId?: string;
  status: ControlStatus;
  assurance: Assurance;
  reason: string;
  openFindings: number;
  /** What scores need beside the status (`standingText`); missing in rows of earlier releases. */
  standing?: string;
  contradicted: boolean;
  explanation: ControlExplanation;
  /** When the status last changed. */
  since: string;
  evaluatedAt: string;
  /** Version of the rules and of the library that decided. */
  ruleVersion: string;
  /** Hash of the fields that the history keeps. */
  standingHash?: string;
  /** Hash of the evidence and accounts: if it differs, evidence is the cause of a change. */
  inputsHash?: string;
  /** The decision that was valid then; null for none. */
  decisionKey?: string | null;
}

export function stateId({ teamId }: TeamScope, controlId: string, scopeId = ''): string {
  return scopeId === '' ? `${teamId}:${controlId}` : `${teamId}:${scopeId}:${controlId}`;
}
