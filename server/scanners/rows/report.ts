import type { FindingDetails } from '../../../contract/finding-details.js';
import type { Severity } from '../../../contract/severity.js';
import type { Verdict } from '../../../contract/verdict.js';
import type { Fault } from '../../platform/parsing/fault.js';
import type { PackageList, ShownResults } from './shown-results.rules.js';

/** A format of reports, as its tool declares it: `trivy-json`. */
export type FormatId = string;

/** A check as the report describes it. Shared by all its rows, so it is stored once. */
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
  /** Requirement ids as the tool states them: `{ 'NIST-800-53-Revision-5': ['ac_2_3_c'] }`. */
  statedRequirements: Record<string, string[]>;
}

/** One row of a report in our vocabulary, secrets masked. */
export interface ReportRow {
  /**
   * The tool that reported it: `prowler`, `trivy`, `semgrep`. Part of the identity. Within one report a check
   * id belongs to one tool: formats of any tool prefix the id with its name.
   */
  tool: string;
  check: ReportedCheck;
  verdict: Verdict;
  /** The verdict beneath `muted`, if the tool states it. */
  mutedVerdict: 'pass' | 'fail' | null;
  severity: Severity;
  /** As the tool wrote it. */
  rawSeverity: string;
  /** `aws`, `azure`, `gcp`, `kubernetes`, `image`, `web`, `network`, `code` … lower case. */
  provider: string;
  /** Account, subscription, project, cluster, image repository, host, site; empty if the report has none. */
  accountId: string;
  /** The account that earlier releases assigned, if they used a less specific one. */
  formerAccountId?: string;
  /** Other names of the same account or target: results that are stored under one stay there. */
  accountAliases?: readonly string[];
  /** The account is named after the file, as the report does not identify its target. */
  isNameGuessed?: true;
  accountName: string;
  /** Empty if the report has none. */
  region: string;
  resource: {
    /** ARN or other full id; the name if the tool left it empty. */
    uid: string;
    /** A hash of the whole uid, if masking removed a part of it. */
    uidHash?: string;
    name: string;
    type: string;
    labels: string[];
  };
  /** Distinguishes two results of one check on one resource (a line range, a port); empty where there can be only one. */
  subObject: string;
  /** The sub-object that earlier releases assigned, to find stored results of this row. */
  formerSubObject?: string;
  /** The resource's uid that earlier releases assigned, if it was another. */
  formerUid?: string;
  /** See `Apart`. Left out if the row has none. */
  discriminator?: string;
  /** See `Apart`. */
  hint?: string;
  /** The tool's sentence about this resource. Volatile: never part of an identity. */
  observed: string;
  /** When the tool checked it, ISO 8601 UTC; null when missing or invalid. */
  observedAt: string | null;
  /** See `Observed`. */
  isLocalTime?: true;
  /** The tool's own id of the finding, for reference only. */
  nativeUid: string;
  /** Volatile, like `observed`. */
  details?: FindingDetails;
  /** A hash of the line or element that it is read from, of formats that are read one by one. */
  source?: string;
}

/** Parts of a known format that are not read, named in the plural. */
export interface UnreadPart {
  what: string;
  count: number;
}

/** The outcome of reading a report. */
export interface ReadOutcome {
  /** The tool; comma-separated names if the report mixes tools. */
  tool: string;
  format: FormatId;
  /** The tool's version as the report states it; null if it does not. */
  toolVersion: string | null;
  /** Rows that were read and passed on. */
  results: number;
  /** Rows that did not fit the format; each also makes the report partial. */
  rejected: number;
  /** The first of them. */
  rejections: { at: string; reason: string }[];
  /** Parts of the report that no reader reads; with the results and the rejected rows, that is everything. */
  unread: UnreadPart[];
  /** Results that state their verdict in two ways, of which the worse counts; left out if there are none. */
  contradictions?: { count: number; first: string };
  /** True if something is missing: truncated, broken, rows rejected, the tool's own run interrupted. What was read is valid. */
  partial: boolean;
  /** What is wrong, with file and position (line and column, or byte and row); null if nothing is. */
  problem: string | null;
  /** The format has no end mark, so that a report cut between two results looks whole. */
  isEndless?: true;
  /** What the report states about its run; left out if the format cannot express it. */
  facts?: ReportFacts;
}

/** What a report states about its run, besides results. Judges need it; rows cannot carry it. */
export interface ReportFacts {
  /** How many of the tool's units it scanned; null if not stated. */
  executed: number | null;
  /** What it did not scan, or not properly: each is a gap. */
  skipped: { what: string; why: string }[];
  /** Of these, the errors that the report states, each with the part whose results are therefore unknown. */
  hidden?: Hidden[];
  /** Whether the tool ended properly; null if it does not state it. */
  completed: boolean | null;
  /** When the report was made, ISO 8601. */
  createdAt: string | null;
  toolVersion: string | null;
  /** What was scanned, with or without rows. */
  places: ReportPlace[];
}

export interface Hidden {
  what: string;
  why: string;
  part: HiddenPart;
}

/** A part of what was scanned; a member that is left out stands for all of its kind. */
export interface HiddenPart {
  tool?: string;
  provider?: string;
  accountId?: string;
  region?: string;
  checkId?: string;
  /** What Prowler's check ids begin with: `s3`. */
  service?: string;
  /** A resource's uid, or the file that a result names. */
  name?: string;
}

/** An account, image, site or host that a tool scanned. */
export interface ReportPlace {
  tool: string;
  provider: string;
  accountId: string;
  /** As in rows. */
  formerAccountId?: string;
  accountAliases?: readonly string[];
  isNameGuessed?: true;
  /** Left out if the report does not state what it covers. */
  shown?: ShownResults;
  /** What a known result was about may be another thing now, or no longer there. */
  packages?: PackageList;
  /** Files that the report names, with or without rows. */
  files?: readonly string[];
}

/**
 * Whether a run of ours would have shown a known result if it still existed. Null: outside the run's scope
 * (another region of the account), so it proves nothing about it.
 */
export type Covers = (known: {
  checkId: string;
  subObject: string;
  region: string;
}) => boolean | null;

export interface ReadOptions {
  /** Named in messages. */
  fileName: string;
  /** Called with some hundred rows at a time, in the file's order. Reading waits for it. */
  onRows: (rows: ReportRow[]) => void | Promise<void>;
  /** Bytes read so far. */
  onProgress?: (bytes: number) => void;
  /** Called when a reader fails on a part of the report, to log it. */
  onFault?: (fault: Fault) => void;
  signal?: AbortSignal;
}
