import type { Covers, Hidden } from '../rows/report.js';

/** The id in a tool's declaration: `trivy`. */
export type ToolId = string;

/** A file that is written for one run and removed after it. Secret ones stay in memory if the runner can. */
export interface RunFile {
  /** A plain file name; the tool reads it at `{input}/<name>`, see `ToolRun.args`. */
  name: string;
  content: string;
  secret: boolean;
  /** The content is JSON in which `{input}` and `{output}` stand for the run's folders, as in `args`. */
  paths?: 'json';
}

/**
 * One start of a tool, decided by pure code: what to run, not how. In `args` and `env`, `{input}` and
 * `{output}` are replaced by the run's two folders as the tool sees them.
 */
export interface ToolRun {
  tool: ToolId;
  /** Arguments after the program, as a list; targets come after `--` if the tool supports it. */
  args: readonly string[];
  /** The whole environment: no variable of the platform reaches the tool. */
  env: Readonly<Record<string, string>>;
  files: readonly RunFile[];
  /** `targets`: may open connections outward; `none`: may not. */
  network: 'targets' | 'none';
  /** Names with the address allowed for each, so that a container does not resolve them. */
  hosts?: readonly { name: string; address: string }[];
  /** A target is a loopback address, which in a container would be the container itself. */
  loopback?: true;
  /** Folders of this machine that the tool reads, mounted read-only. */
  mounts: readonly { hostPath: string; name: string }[];
  limits: RunLimits;
}

export interface RunLimits {
  timeoutMs: number;
  memoryBytes: number;
  cpus: number;
  pids: number;
  /** All that the run may write. */
  outputBytes: number;
}

/** How a start of a tool ended; `judge` interprets it. */
export interface RunResult {
  /** Null if it was ended by a signal or not started. */
  exitCode: number | null;
  ended:
    | 'exited'
    | 'timed_out'
    | 'cancelled'
    | 'out_of_memory'
    | 'output_limit'
    | 'killed'
    | 'not_started';
  /** Why it was not started or killed, one sentence; null otherwise. */
  problem: string | null;
  /** The last 64 kB of its output, control characters removed. */
  stdout: string;
  stderr: string;
  /** Its files on this machine, also if it failed. The caller removes it. */
  outputFolder: string;
  durationMs: number;
  /** Mounted folders that the tool saw under another path; left out if there are none. */
  renamed?: { seen: string; real: string }[];
  /** Files in mounted folders that the tool could not read; left out if there are none. */
  unreadable?: { count: number; examples: string[] };
}

/** The outcome of a scan with one tool; never the exit code alone. */
export type ScanOutcome =
  | 'succeeded'
  | 'succeeded_with_gaps'
  | 'failed'
  | 'timed_out'
  | 'cancelled';

/** What a run should have scanned, did scan, and has evidence of. */
export interface Coverage {
  /** The tool's unit: check ids, ports, pages, packages. */
  unit: string;
  /** Null if the tool cannot state it in advance. */
  expected: number | null;
  executed: number | null;
  evidenced: number;
  /** At most 500 expected names without evidence. */
  missing: string[];
  skipped: { what: string; why: string }[];
  toolVersion: string | null;
  /** Versions and dates of the databases that the tool used. */
  databases: { name: string; version: string; updatedAt: string | null }[];
}

export interface ScanVerdict {
  outcome: ScanOutcome;
  /** One sentence for people: what is wrong, and what to do. Null when nothing is. */
  problem: string | null;
  coverage: Coverage;
  /** Which results a successful run would have shown if they still existed; left out if unknown. */
  covers?: Covers;
  /** Errors outside of the report, each with the part whose results are therefore unknown. */
  hidden?: readonly Hidden[];
}
