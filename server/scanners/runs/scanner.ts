import type { CloudCredentials } from '../../../contract/cloud-security.js';
import type { ScanTarget } from '../../../contract/scan-targets.js';
import type { Severity } from '../../../contract/severity.js';
import type { ReadOutcome, ReportRow } from '../rows/report.js';
import type { DeclaredOwn } from '../targets/index.js';
import type { Coverage, RunResult, ScanVerdict, ToolId, ToolRun } from './tool-run.js';

/** One start of one scanner as it is stored: what to look at and how, nothing secret. */
export interface ScanUnit {
  scanner: ToolId;
  /** Names it within its scan: `eu-west-1`, `nginx:1.27`. */
  name: string;
  target: ScanTarget;
  options: UnitOptions;
}

export interface UnitOptions {
  /** Prowler: only these services; only these severities. */
  services?: string[];
  severities?: Severity[];
  /** Prowler on AWS: false leaves out the services that an account has once; another start looks at them. */
  accountWide?: boolean;
  /** Trivy: configuration files only. */
  configOnly?: boolean;
  /** Trivy: the real path of the folder when the scan was allowed. */
  allowedPath?: string;
  /** ZAP and Nmap: how thoroughly. */
  profile?: string;
  /** ZAP: where the definition of an API is. */
  apiDefinition?: string;
}

/** What a start needs beside its unit; it lives as long as the start. */
export interface ScanMaterial {
  credentials: CloudCredentials | null;
  /** What the team has declared its own. */
  declared: DeclaredOwn;
  /** Every address that the target's name has, each allowed; empty where the target is no host. */
  addresses: readonly string[];
}

/** What a report held, in brief. */
export interface ReportBrief {
  read: ReadOutcome | null;
  rows: readonly Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: ReadonlySet<string>;
}

interface ScannerBase {
  id: ToolId;
  title: string;
  /** What it looks at, for people. */
  about: string;
  /** The report files that a run should leave, first found wins; relative to its output folder. */
  reports: readonly string[];
}

/** A tool that a runner starts. */
export interface ToolScanner extends ScannerBase {
  plan(unit: ScanUnit, material: ScanMaterial): ToolRun | Promise<ToolRun>;
  /** A file of the output folder that the judge wants to see: the tool's own log. */
  log?: string;
  /**
   * What to start after a start that failed because something optional is missing, and what is then not
   * looked at; null when there is no such thing. Called once.
   */
  lesser?(run: ToolRun, result: RunResult): LesserRun | null;
  /** Corrects in the report what the log disproves, before it is read. */
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
  /** What it printed, in the judge's terms; null when it makes no sense. */
  read(stdout: string): unknown;
}

export interface ToolJudged extends ReportBrief {
  run: ToolRun;
  result: RunResult;
  log: string | null;
  /** What this start leaves out because an earlier one failed at it. */
  lacking: Coverage['skipped'];
  /** The tool's answer; null when it was not asked or gave none. */
  answer: unknown;
}

/** A built-in scanner: it works in this process and limits itself. */
export interface BuiltInScanner extends ScannerBase {
  /** Leaves its report in the output folder. Throws only what the signal throws. */
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
