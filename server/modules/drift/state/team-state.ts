import type {
  Assurance,
  ControlDecision,
  ControlStatus,
  EngineSettings,
  RequirementStatus,
} from '../../../../contract/compliance.js';

/** What is remembered of a control: all that drift compares, and no instants that move with every scan. */
export interface ControlSnapshot {
  status: ControlStatus;
  assurance: Assurance;
  openFindings: number;
  contradicted: boolean;
  /** `tool/check` of what fails, worst first, at most 20. */
  failing: readonly string[];
  /** Accounts in scope without evidence, at most 20. */
  without: readonly string[];
  decision: DecisionSnapshot | null;
}

export interface DecisionSnapshot {
  kind: ControlDecision['kind'];
  status: ControlDecision['status'];
  at: string;
  expiresAt: string | null;
}

export interface FrameworkScore {
  name: string;
  score: number | null;
  coverage: number | null;
  ceiling: number | null;
  /** The score that the team aimed at; null in what was kept before this was. */
  target: number | null;
  /** Those that are `not_assessed` are left out. */
  requirements: Readonly<Record<string, RequirementStatus>>;
}

/** Where a team stands: what a snapshot holds. */
export interface TeamState {
  /** Empty as long as the engine has not computed anything. */
  ruleVersion: string;
  controls: ReadonlyMap<string, ControlSnapshot>;
  frameworks: ReadonlyMap<string, FrameworkScore>;
  /** `framework/requirement` → end of its attestation. */
  attestations: ReadonlyMap<string, string>;
  /** Null in what was kept before this was. */
  judging: Judging | null;
}

/** The team’s own choices by which its controls were judged. */
export interface Judging {
  /** Another one for other thresholds, account profiles or scopes of frameworks. */
  version: string;
  settings: EngineSettings;
  /** Another one after each review of a match; left out in what was kept before this was. */
  reviews?: number | null;
}

/** Whether it is known that the team chose otherwise between the two. */
export function hasOtherSettings(before: TeamState, after: TeamState): boolean {
  const [was, is] = [before.judging, after.judging];
  return was !== null && is !== null && (was.version !== is.version || isReviewed(before, after));
}

/** Whether it is known that the team reviewed matches between the two. */
export function isReviewed(before: TeamState, after: TeamState): boolean {
  const [was, is] = [before.judging?.reviews ?? null, after.judging?.reviews ?? null];
  return was !== null && is !== null && was !== is;
}

/** The worst is 0; null where there is nothing to compare. */
export function rankOf(status: ControlStatus | undefined): number | null {
  if (status === 'implemented') return 2;
  if (status === 'partial') return 1;
  return status === 'not_implemented' ? 0 : null;
}
