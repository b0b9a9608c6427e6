import type { RunResult, ToolId, ToolRun } from '../runs/tool-run.js';

/** Whether and how a tool can be run here. */
export interface ToolAvailability {
  tool: ToolId;
  available: boolean;
  /** `docker`: in a throw-away container; `native`: the program on PATH. */
  by: 'docker' | 'native';
  version: string | null;
  /** The program's path or the image with its digest. */
  where: string | null;
  /** What is missing and how to get it; null when it can run. */
  missing: string | null;
  /** Only for an image that has yet to be pulled: it should run, which the pull will show. */
  note?: string;
}

export interface RunOptions {
  /** Names the run in folders, containers and logs: letters, digits and dashes. */
  runId: string;
  /** Ends the tool and its children within 10 s: first by SIGTERM, then by force. */
  signal: AbortSignal;
  /** What the tool prints, line by line, control characters removed; bounded. */
  onLine?: (line: string) => void;
}

/**
 * Runs tools. `run` always returns (it never throws for what the tool did) within the run's time limit and
 * some seconds; no process of the run is left, and its output folder exists.
 */
export interface Runner {
  readonly id: 'docker' | 'native';
  availability(tool: ToolId): Promise<ToolAvailability>;
  run(run: ToolRun, options: RunOptions): Promise<RunResult>;
  /** Removes what earlier processes left behind: containers, folders. Returns how many. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}
