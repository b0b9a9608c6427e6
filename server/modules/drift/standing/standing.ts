import type {
  Assurance,
  ControlDecision,
  ControlStatus,
  RequirementStatus,
} from '../../../../contract/compliance.js';

/** What is remembered of a control: all that drift compares, and no instants that move with every scan. */
export interface ControlStanding {
  status: ControlStatus;
  assurance: Assurance;
  openFindings: number;
  contradicted: boolean;
  /** `tool/check` of what fails, worst first, at most 20. */
  failing: readonly string[];
  /** Accounts in scope without evidence, at most 20. */
  without: readonly string[];
  decision: DecisionStanding | null;
}

export interface DecisionStanding {
  kind: ControlDecision['kind'];
  status: ControlDecision['status'];
  at: string;
  expiresAt: string | null;
}

export interface FrameworkStanding {
  name: string;
  score: number | null;
  coverage: number | null;
  ceiling: number | null;
  /** Those that are `not_assessed` are left out. */
  requirements: Readonly<Record<string, RequirementStatus>>;
}

/** Where a team stands: what a snapshot holds. */
export interface Standing {
  /** Empty as long as the engine has not computed anything. */
  ruleVersion: string;
  controls: ReadonlyMap<string, ControlStanding>;
  frameworks: ReadonlyMap<string, FrameworkStanding>;
  /** `framework/requirement` → end of its attestation. */
  attestations: ReadonlyMap<string, string>;
}

/** The worst is 0; null where there is nothing to compare. */
export function rankOf(status: ControlStatus | undefined): number | null {
  if (status === 'implemented') return 2;
  if (status === 'partial') return 1;
  return status === 'not_implemented' ? 0 : null;
}
