import type {
  Assurance,
  ControlDecision,
  ControlStatus,
  EngineSettings,
  RequirementStatus,
} from '../../../../contract/compliance.js';

/** What drift compares of a control; without times that change with every scan. */
export interface ControlSnapshot {
  status: ControlStatus;
  assurance: Assurance;
  openFindings: number;
  contradicted: boolean;
  /** `tool/check` of failing checks, worst first, at most 100. */
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
  /** The team's target score; null in snapshots from before it was stored. */
  target: number | null;
  /** Without those that are `not_assessed`. */
  requirements: Readonly<Record<string, RequirementStatus>>;
}

/** The compliance state of a team, as a snapshot stores it. */
export interface TeamState {
  /** Empty until the engine has computed something. */
  ruleVersion: string;
  controls: ReadonlyMap<string, ControlSnapshot>;
  frameworks: ReadonlyMap<string, FrameworkScore>;
  /** `framework/requirement` → end of its attestation. */
  attestations: ReadonlyMap<string, string>;
  /** Null in snapshots from before it was stored. */
  judging: Judging | null;
  /** Failing results by source, `tool/provider/account`, and check; null in snapshots from before they were stored. */
  results: ReadonlyMap<string, ReadonlyMap<string, number>> | null;
}

/** The team’s settings by which its controls were evaluated. */
export interface Judging {
  /** Changes with thresholds, account profiles and framework scopes. */
  version: string;
  settings: EngineSettings;
  /** Changes after every mapping review; missing in snapshots from before it was stored. */
  reviews?: number | null;
}

/** Whether the team is known to have changed its settings or mapping reviews in between. */
export function hasOtherSettings(before: TeamState, after: TeamState): boolean {
  const [was, is] = [before.judging, after.judging];
  return was !== null && is !== null && (was.version !== is.version || isReviewed(before, after));
}

/** Whether the team is known to have reviewed matches in between. */
export function isReviewed(before: TeamState, after: TeamState): boolean {
  const [was, is] = [before.judging?.reviews ?? null, after.judging?.reviews ?? null];
  return was !== null && is !== null && was !== is;
}

/** The worst is 0; null for statuses that are not compared. */
export function rankOf(status: ControlStatus | undefined): number | null {
  if (status === 'implemented') return 2;
  if (status === 'partial') return 1;
  return status === 'not_implemented' ? 0 : null;
}
