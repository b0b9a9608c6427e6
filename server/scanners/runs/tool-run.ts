import type { Covers } from '../rows/report.js';

/** A tool, as it declares itself: `trivy`. */
export type ToolId = string;

/** A file that a run needs, written for it alone and gone with it. Secret ones lie in memory only where the runner can. */
export interface RunFile {
  /** A plain file name; the tool finds it at `INPUT/<name>`, see `ToolRun.args`. */
  name: string;
  content: string;
  secret: boolean;
  /** The content is JSON in which `{input}` and `{output}` stand for the run's folders, as in `args`. */
  paths?: 'json';
}

/**
 * One start of a tool, decided by pure code: what to run, never how. In `args` and `env` the words
 * `{input}` and `{output}` stand for the two folders of the run, as the tool sees them.
 */
export interface ToolRun {
  tool: ToolId;
  /** Arguments after the program, as a list; targets stand after `--` where the tool knows it. */
  args: readonly string[];
  /** The whole environment: no variable of the platform reaches the tool. */
  env: Readonly<Record<string, string>>;
  files: readonly RunFile[];
  /** `targets`: may open connections outward; `none`: may not. */
  network: 'targets' | 'none';
  /** Names with the address that was allowed for each: a container knows them so and asks no one. */
  hosts?: readonly { name: string; address: string }[];
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

/** How a start of a tool ended; `judge` says what it means. */
export interface RunResult {
  /** Null when it was ended by a signal or not started. */
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
  /** The last 64 kB of what it printed, control characters removed. */
  stdout: string;
  stderr: string;
  /** Where its files are on this machine, also when it failed. Whoever asked for the run removes it. */
  outputFolder: string;
  durationMs: number;
  /** Mounted folders that the tool knew by another name than this machine; left out where there are none. */
  renamed?: { seen: string; real: string }[];
  /** What of the mounted folders the tool may not read, so that it saw less; left out where it may read all. */
  unreadable?: { count: number; examples: string[] };
}

/** The outcome of a scan with one tool; never the exit code alone. */
export type ScanOutcome =
  | 'succeeded'
  | 'succeeded_with_gaps'
  | 'failed'
  | 'timed_out'
  | 'cancelled';

/** What a run should have looked at, did look at, and gave evidence of. */
export interface Coverage {
  /** What was asked for: check ids, ports, pages, packages: the tool's own units, named in `unit`. */
  unit: string;
  /** Null when the tool cannot state it beforehand. */
  expected: number | null;
  executed: number | null;
  evidenced: number;
  /** At most 500 names of what was expected and gave no evidence. */
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
  /** Which results the run would have shown if they still existed, provided that it succeeded; left out: unknown. */
  covers?: Covers;
}
