import type { ScanTarget } from '../../../contract/scan-targets.js';
import type { ToolVariable } from '../../platform/config/tool-variables.js';
import type { Mistaken, ReportFormat } from '../readers/format.js';
import type { Covers } from '../rows/report.js';
import type {
  BuiltInScanner,
  LesserRun,
  ScanMaterial,
  ScanUnit,
  ToolJudged,
  ToolQuestion,
} from '../runs/scanner.js';
import type { RunResult, ScanVerdict, ToolRun } from '../runs/tool-run.js';

/**
 * All that the platform knows of a tool. `registry.ts` lists the declarations; everything else is derived
 * from that list. `docs/adding-a-tool.md` has the table of members.
 */
export interface Tool {
  /** Part of every identity, so it never changes: lower case, digits and dashes. */
  id: string;
  title: string;
  homepage: string | null;
  /** What it looks at, for people. */
  about: string;
  /** Its formats are written by any tool, which the report names. */
  ofAnyTool?: true;
  /** Empty where its reports come in a format of another declaration. */
  formats: readonly ReportFormat[];
  mistaken?: Mistaken;
  silence: Silence;
  /**
   * Its results are stored as `trivy-sarif` when they come in a format of any tool, as resources are named in
   * other ways there. Left out: they are stored under its own id, as its SARIF was before; then its formats
   * must use other providers than SARIF (`code`), so that neither judges the other's absence.
   */
  isSuffixedElsewhere?: true;
  /** How the platform scans with it; left out: its reports can be imported only. */
  scan?: ProgramScan | BuiltInScanner;
}

/** What it proves when a result is missing that was there before. */
export interface Silence {
  /** In a report that was imported: for people. */
  proves: string;
  /** Of a run of ours; `answer`: what the tool answered to `question`. Left out: absence proves nothing. */
  covers?(run: ToolRun, answer: unknown): Covers;
}

/** A program that a runner starts. The functions are pure: `plan` decides, the runner acts, `judge` says what came of it. */
export interface ProgramScan {
  /** Pinned; a change of it is a change of the program that reads customers' accounts. */
  image: ToolImage;
  /** The variable by which the operator names another image. */
  imageVariable: Pick<ToolVariable, 'name' | 'example'>;
  native: NativeProgram;
  /** Kinds of target that it looks at. */
  targets: readonly ScanTarget['kind'][];
  /** What else the operator may set for this tool alone. */
  variables: readonly ToolVariable[];
  /** The report files that a run should leave, first found wins; relative to its output folder. */
  reports: readonly string[];
  /** A file of the output folder that the judge wants to see: the tool's own log. */
  log?: string;
  plan(unit: ScanUnit, material: ScanMaterial, settings: ScanSettings): ToolRun | Promise<ToolRun>;
  /** See `ToolScanner`. */
  lesser?(run: ToolRun, result: RunResult): LesserRun | null;
  /** See `ToolScanner`. */
  correct?(report: string, log: string | null): Promise<void>;
  /** What to ask the tool itself before it runs; null: nothing. */
  question?(unit: ScanUnit, settings: ScanSettings): ToolQuestion | null;
  /** From exit code, output, log and report: the exit code alone never decides. */
  judge(given: ToolJudged): ScanVerdict;
}

/** What the operator has set, for all tools. */
export interface ScanSettings {
  /** Folders of this machine that may be scanned, for units that do not say what was allowed. */
  allowedFolders: readonly string[];
  /** The tools' own variables, by name. */
  variables?: Readonly<Record<string, string | null>>;
  /** Who assumes roles that come without keys of their own. */
  awsIdentity?: AwsKeys;
  /** Where AWS is when it is an emulator; for tests by the operator. */
  awsEndpoint?: string;
}

export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface ToolImage {
  /**
   * With its digest where that is known for sure, so that what runs is what was looked at. With a tag
   * the digest is taken from the registry at the first pull and kept, see `ImageTrust`.
   */
  reference: string;
  /** Null: taken from the image's label, if any. */
  version: string | null;
  /** The program, when it is not what the image starts by default. */
  program?: readonly string[];
  /** Folders that the tool insists on writing to; empty ones in memory. */
  writable?: readonly string[];
}

export interface NativeProgram {
  /** Looked up on PATH, unless it is a path itself. */
  program: string;
  versionArgs: readonly string[];
  /** Finds the version, first group, in what it prints. */
  version: RegExp;
  /** The version that plan, judge and reader were tried with. */
  tested: string;
  /** How to get it, after "install it:". */
  install: string;
}

/** Where a report leaves no trace of what was asked for: how imports judge what it lacks. */
export const PER_CHECK =
  'Of a check that it still reports: the other results are gone. A check that it no longer reports is stale, as filters leave no trace.';
