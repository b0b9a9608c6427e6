import type { FindingDetails } from '../../../contract/finding-details.js';
import type { Severity } from '../../../contract/severity.js';
import type { Verdict } from '../../../contract/verdict.js';

/** A format of reports, as its tool declares it: `trivy-json`. */
export type FormatId = string;

/** What a check is, as the report describes it. The same for all its rows, so it is stored once. */
export interface ReportedCheck {
  /** Canonical id: known aliases are resolved to the current one. */
  id: string;
  title: string;
  description: string;
  risk: string;
  remediation: string;
  remediationUrl: string | null;
  /** The tool's name of the service that is checked: `s3`, `iam`. Empty when not stated. */
  service: string;
  resourceType: string;
  categories: string[];
  /** Requirement ids that the tool itself states, as written: `{ 'NIST-800-53-Revision-5': ['ac_2_3_c'] }`. */
  statedRequirements: Record<string, string[]>;
}

/** One row of a report in our words, secrets masked. */
export interface ReportRow {
  /**
   * The tool that reported it: `prowler`, `trivy`, `semgrep`. Part of the identity. Within one report a check
   * id belongs to one tool: formats of any tool put its name in front of the id.
   */
  tool: string;
  check: ReportedCheck;
  verdict: Verdict;
  /** What lies beneath a `muted` verdict, when the tool says so. */
  mutedVerdict: 'pass' | 'fail' | null;
  severity: Severity;
  /** As the tool wrote it. */
  rawSeverity: string;
  /** `aws`, `azure`, `gcp`, `kubernetes`, `image`, `web`, `network`, `code` … lower case. */
  provider: string;
  /** Account, subscription, project, cluster, image repository, host, site; empty when the report has none. */
  accountId: string;
  accountName: string;
  /** Empty when the report has none. */
  region: string;
  resource: {
    /** ARN or other full id; the name stands in when the tool left it empty. */
    uid: string;
    /** A hash of the whole uid, where masking took something from it. */
    uidHash?: string;
    name: string;
    type: string;
    labels: string[];
  };
  /** Distinguishes two results of one check on one resource (a line range, a port); empty where there can be only one. */
  subObject: string;
  /** The sub-object of former releases, by which stored results of this row are found. */
  formerSubObject?: string;
  /** See `Apart`. Left out: the row says nothing of the kind. */
  discriminator?: string;
  /** See `Apart`. */
  hint?: string;
  /** The tool's sentence about this resource. Volatile: never part of an identity. */
  observed: string;
  /** When the tool looked, ISO 8601 UTC; null when missing or invalid. */
  observedAt: string | null;
  /** The tool's own id of the finding, for reference only. */
  nativeUid: string;
  /** Volatile, like `observed`. */
  details?: FindingDetails;
}

/** How reading a report went. */
export interface ReadOutcome {
  /** Whose report it is; several names with commas when the report mixes tools. */
  tool: string;
  format: FormatId;
  /** The tool's version as the report states it; null when it does not. */
  toolVersion: string | null;
  /** Rows that were read and passed on. */
  results: number;
  /** Rows that did not fit the format; each also makes the report partial. */
  rejected: number;
  /** True when something is missing: cut off, broken, rows rejected, the tool's own run broken off. What was read is good. */
  partial: boolean;
  /** What is wrong, naming file and position (line and column, or byte and row); null when nothing is. */
  problem: string | null;
  /** What the report says of its run; left out where its format has no room for that. */
  facts?: ReportFacts;
}

/** What a report says of its run beside the results. Judges need it; rows cannot carry it. */
export interface ReportFacts {
  /** How many of the tool's own units it looked at; null when not stated. */
  executed: number | null;
  /** What it did not look at, or not properly: each is a gap. */
  skipped: { what: string; why: string }[];
  /** Null when the tool does not say whether it ended as it should. */
  completed: boolean | null;
  /** When the report was made, ISO 8601. */
  createdAt: string | null;
  toolVersion: string | null;
  /** What was looked at, whether it gave rows or not. */
  places: ReportPlace[];
}

/** An account, image, site or host that a tool looked at. */
export interface ReportPlace {
  tool: string;
  provider: string;
  accountId: string;
  /**
   * Whether the report would have a row for this result if it still existed: then a missing row is
   * evidence. Left out where a report does not state what it covers.
   */
  shows?: (known: { checkId: string; subObject: string }) => boolean;
}

/**
 * Whether a run of ours would have shown a known result if it still existed. Null: the run was not meant to
 * look there (another region of the account), so it proves nothing about it.
 */
export type Covers = (known: {
  checkId: string;
  subObject: string;
  region: string;
}) => boolean | null;

export interface ReadOptions {
  /** Named in messages. */
  fileName: string;
  /** Rows in the file's order, some hundred at a time. Reading waits for it. */
  onRows: (rows: ReportRow[]) => void | Promise<void>;
  /** Bytes read so far. */
  onProgress?: (bytes: number) => void;
  signal?: AbortSignal;
}
