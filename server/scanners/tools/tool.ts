import type { ScanTarget } from '../../../contract/scan-targets.js';
import type { ToolVariable } from '../../platform/config/tool-variables.js';
import type { Mistaken, ReportFormat } from '../readers/format.js';
import type { Covers } from '../rows/report.js';
import type { FilterableResult, ReportFilter } from '../rows/report-filters.js';
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
 * Everything the platform knows about a tool. `registry.ts` lists the declarations, and the rest is derived
 * from that list. `docs/adding-a-tool.md` has a table of the members.
 */
export interface Tool {
  /** Part of every identity, so it never changes: lower case, digits and dashes. */
  id: string;
  title: string;
  homepage: string | null;
  /** What it scans, for people. */
  about: string;
  /** Its formats are written by many tools; the report names its tool. */
  ofAnyTool?: true;
  /** Empty if its reports use a format of another declaration. */
  formats: readonly ReportFormat[];
  mistaken?: Mistaken;
  silence: Silence;
  /**
   * Its results from a format of any tool are stored as `trivy-sarif`, as resources are named differently
   * there. Left out: they are stored under its id, and its formats must use other providers than SARIF
   * (`code`), so that neither judges the other's absence.
   */
  isSuffixedElsewhere?: true;
  /** How the platform scans with it; left out if its reports can only be imported. */
  scan?: ProgramScan | BuiltInScanner;
}

/** What a missing result that existed before proves. */
export interface Silence {
  /** By what its reports can be filtered, the likeliest first. */
  filters: readonly ReportFilter[];
  /** Its reports can be limited to resources with a label. */
  byTag?: true;
  /** What a report as wide as before still speaks of: resources come and go, groups stay. Left out: checks. */
  groupOf?(result: FilterableResult): string;
  /** What a group is, for people: `checks`, `files`. */
  groups: string;
  /** For people, where the report itself states what it looked at, see `ReportPlace.shown`. */
  proves?: string;
  /** In a run of ours; `answer`: the tool's answer to `question`. Left out if absence proves nothing. */
  covers?(run: ToolRun, answer: unknown): Covers;
}

/** A program that a runner starts. The functions are pure: `plan` decides, the runner acts, `judge` interprets the outcome. */
export interface ProgramScan {
  /** Pinned: changing it changes the program that reads customers' accounts. */
  image: ToolImage;
  /** The variable in which the operator names another image. */
  imageVariable: Pick<ToolVariable, 'name' | 'example'>;
  native: NativeProgram;
  /** Kinds of target that it scans. */
  targets: readonly ScanTarget['kind'][];
  /** The tool's other variables for the operator. */
  variables: readonly ToolVariable[];
  /** Report files that a run should write, relative to its output folder; the first found is read. */
  reports: readonly string[];
  /** The tool's own log in the output folder, for the judge. */
  log?: string;
  plan(unit: ScanUnit, material: ScanMaterial, settings: ScanSettings): ToolRun | Promise<ToolRun>;
  /** See `ToolScanner`. */
  lesser?(run: ToolRun, result: RunResult): LesserRun | null;
  /** See `ToolScanner`. */
  correct?(report: string, log: string | null): Promise<void>;
  /** What to ask the tool before the run; null for nothing. */
  question?(unit: ScanUnit, settings: ScanSettings): ToolQuestion | null;
  /** From exit code, output, log and report: the exit code alone never decides. */
  judge(given: ToolJudged): ScanVerdict;
}

/** The operator's settings for all tools. */
export interface ScanSettings {
  /** Folders of this machine that may be scanned, for units without an allowed path. */
  allowedFolders: readonly string[];
  /** The tools' own variables, by name. */
  variables?: Readonly<Record<string, string | null>>;
  /** The identity that assumes roles of accounts without keys. */
  awsIdentity?: AwsKeys;
  /** The address of an AWS emulator; for tests by the operator. */
  awsEndpoint?: string;
}

export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface ToolImage {
  /**
   * With its digest if that is certain, so that what runs is what was reviewed. For a tag, the digest of
   * the first pull is stored, see `ImageTrust`.
   */
  reference: string;
  /** Null: read from the image's label, if any. */
  version: string | null;
  /** The program, if it is not the image's default. */
  program?: readonly string[];
  /** Folders that the tool must write to; mounted empty, in memory. */
  writable?: readonly string[];
}

export interface NativeProgram {
  /** Looked up on PATH, unless it is a path itself. */
  program: string;
  versionArgs: readonly string[];
  /** Matches the version, as first group, in its output. */
  version: RegExp;
  /** The version that plan, judge and reader were tested with. */
  tested: string;
  /** How to install it; follows "install it:". */
  install: string;
}

/** For people: what it proves when a report of the tool lacks an earlier result. */
export function silenceText({ proves, filters, byTag, groups }: Silence): string {
  if (proves) return proves;
  const by = [...filters.map((filter) => filter.by), ...(byTag ? ['tag'] : [])];
  const last = by.length > 1 ? `${by.slice(0, -1).join(', ')} or ${by.at(-1)}` : by.join('');
  return (
    `If the report has at least 95 % of the known ${groups}, missing results are resolved. ` +
    `Results that a filter by ${last} would leave out become stale instead.`
  );
}
