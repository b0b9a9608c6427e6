import type { CloudCredentials } from '../../../contract/cloud-security.js';
import type { ScanTarget } from '../../../contract/scan-targets.js';
import type { Severity } from '../../../contract/severity.js';
import type { ReadOutcome, ReportRow } from '../rows/report.js';
import type { DeclaredOwn } from '../targets/index.js';
import type { Coverage, RunResult, ScanVerdict, ToolId, ToolRun } from './tool-run.js';

/** One start of one scanner as stored: what to scan and how, without secrets. */
export interface ScanUnit {
  scanner: ToolId;
  /** Its name within its scan: `eu-west-1`, `nginx:1.27`. */
  name: string;
  target: ScanTarget;
  options: UnitOptions;
}

export interface UnitOptions {
  /** Prowler: only these services; only these severities. */
  services?: string[];
  severities?: Severity[];
  /** Prowler on AWS: false skips account-wide services, which another start scans. */
  accountWide?: boolean;
  /** Trivy: configuration files only. */
  configOnly?: boolean;
  /** Trivy: the real path of the folder when the scan was allowed. */
  allowedPath?: string;
  /** ZAP and Nmap: how thorough. */
  profile?: string;
  /** ZAP: the address of an API definition. */
  apiDefinition?: string;
}

/** What a start needs besides its unit; never stored. */
export interface ScanMaterial {
  credentials: CloudCredentials | null;
  /** Targets that the team declared as its own. */
  declared: DeclaredOwn;
  /** Every address of the target's name, each allowed; empty if the target is not a host. */
  addresses: readonly string[];
}

/** Summary of a report. */
export interface ReportBrief {
  read: ReadOutcome | null;
  rows: readonly Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: ReadonlySet<string>;
}

interface ScannerBase {
  id: ToolId;
  title: string;
  /** What it scans, for people. */
  about: string;
  /** Report files that a run should write, relative to its output folder; the first found is read. */
  reports: readonly string[];
}

/** A tool that a runner starts. */
export interface ToolScanner extends ScannerBase {
  plan(unit: ScanUnit, material: ScanMaterial): ToolRun | Promise<ToolRun>;
  /** The tool's own log in the output folder, for the judge. */
  log?: string;
  /**
   * A reduced run after one that failed because something optional is missing, and what it skips; null if
   * there is none. Called once.
   */
  lesser?(run: ToolRun, result: RunResult): LesserRun | null;
  /** Corrects the report where the log disproves it, before it is read. */
  correct?(report: string, log: string | null): Promise<void>;
  /** What to ask the tool beforehand; answers are cached by their key. */
  question?(unit: ScanUnit): ToolQuestion | null;
  judge(given: ToolJudged): ScanVerdict;
}

export interface LesserRun {
  run: ToolRun;
  lacking: Coverage['skipped'];
}

export interface ToolQuestion {
  key: string;
  run: ToolRun;
  /** Parses its output for the judge; null if unreadable. */
  read(stdout: string): unknown;
}

export interface ToolJudged extends ReportBrief {
  run: ToolRun;
  result: RunResult;
  log: string | null;
  /** What this start skips because an earlier one failed at it. */
  lacking: Coverage['skipped'];
  /** The tool's answer; null if not asked or not answered. */
  answer: unknown;
}

/** A scanner that runs in this process and enforces its own limits. */
export interface BuiltInScanner extends ScannerBase {
  /** Writes its report to the output folder. Throws only the signal's error. */
  perform(
    unit: ScanUnit,
    material: ScanMaterial,
    given: { outputFolder: string; signal: AbortSignal; onLine: (line: string) => void },
  ): Promise<Omit<RunResult, 'outputFolder' | 'durationMs'>>;
  judge(given: ReportBrief & { result: RunResult }): ScanVerdict;
}

export type Scanner = ToolScanner | BuiltInScanner;

export function isBuiltIn(scanner: Scanner): scanner is BuiltInScanner {
  return 'perform' in scanner;
}
