import type { Severity } from '../../contract/severity.js';
import type { Verdict } from '../../contract/verdict.js';

/** Report formats that can be read. Recognised from content, never from the file's name. */
export const REPORT_FORMATS = [
  'prowler-ocsf',
  'prowler-csv',
  'prowler-asff',
  'prowler-json',
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What a check is, as the report describes it. The same for all its rows, so it is stored once. */
export interface ReportedCheck {
  /** Canonical id: known aliases are resolved to the current one. */
  id: string;
  title: string;
  description: string;
  risk: string;
  remediation: string;
  remediationUrl: string | null;
  /** The tool's name of the service that is checked: `s3`, `iam`. Empty when not said. */
  service: string;
  resourceType: string;
  categories: string[];
  /** Requirement ids that the tool itself states, as written: `{ 'NIST-800-53-Revision-5': ['ac_2_3_c'] }`. */
  statedRequirements: Record<string, string[]>;
}

/** One row of a report in our words, secrets masked. */
export interface ReportRow {
  check: ReportedCheck;
  verdict: Verdict;
  /** What lies beneath a `muted` verdict, when the tool says so. */
  mutedVerdict: 'pass' | 'fail' | null;
  severity: Severity;
  /** As the tool wrote it. */
  rawSeverity: string;
  /** `aws`, `azure`, `gcp`, `kubernetes` … lower case. */
  provider: string;
  /** Account, subscription, project or cluster; empty when the report has none. */
  accountId: string;
  accountName: string;
  /** Empty when the report has none. */
  region: string;
  resource: {
    /** ARN or other full id; the name stands in when the tool left it empty. */
    uid: string;
    name: string;
    type: string;
    labels: string[];
  };
  /** What tells apart two results of one check on one resource by design (a line range, a rule), else empty. */
  subObject: string;
  /** The tool's sentence about this resource. Volatile: never part of an identity. */
  observed: string;
  /** When the tool looked, ISO 8601 UTC; null when the report does not say or says nonsense. */
  observedAt: string | null;
  /** The tool's own id of the finding, for reference only. */
  nativeUid: string;
}

/** How reading a report went. */
export interface ReadOutcome {
  tool: 'prowler';
  format: ReportFormat;
  /** The tool's version as the report states it; null when it does not. */
  toolVersion: string | null;
  /** Rows that were read and handed on. */
  results: number;
  /** Rows that did not fit the format; each also makes the report partial. */
  rejected: number;
  /** True when something is missing: cut off, broken, rows rejected. What was read is good. */
  partial: boolean;
  /** What is wrong, naming file and position (line and column, or byte and row); null when nothing is. */
  problem: string | null;
}

export interface ReadOptions {
  /** Named in messages. */
  fileName: string;
  /** Rows in the file's order, some hundred at a time. Reading waits for it. */
  onRows: (rows: ReportRow[]) => void | Promise<void>;
  /** Bytes read so far. */
  onProgress?: (bytes: number) => void;
  signal?: AbortSignal;
}
