import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runner, RunOptions, ToolAvailability } from '../scanners/runners/runner.js';
import type { RunResult, ToolId, ToolRun } from '../scanners/runs/tool-run.js';

/** Files and output of a recorded run; the defaults are those of a tool that succeeded without output. */
export interface Recorded extends Partial<Omit<RunResult, 'outputFolder'>> {
  files?: Record<string, string>;
  lines?: string[];
  /** How long it pretends to run; cancelling ends it early. */
  takesMs?: number;
}

/** A runner that starts no program: it returns recorded results and keeps the requested runs. */
export class RecordedRunner implements Runner {
  readonly id = 'native';
  readonly runs: ToolRun[] = [];
  running = 0;
  maxRunning = 0;

  constructor(
    private readonly base: string,
    private readonly answer: (run: ToolRun, options: RunOptions) => Recorded | Promise<Recorded>,
  ) {}

  async run(run: ToolRun, options: RunOptions): Promise<RunResult> {
    this.runs.push(run);
    this.running += 1;
    this.maxRunning = Math.max(this.maxRunning, this.running);
    const outputFolder = join(this.base, `${options.runId}-${this.runs.length}`);
    await mkdir(outputFolder, { recursive: true });
    const startedAt = performance.now();
    const { files = {}, lines = [], takesMs = 0, ...rest } = await this.answer(run, options);
    for (const line of lines) options.onLine?.(line);
    await sleep(takesMs, undefined, { signal: options.signal }).catch(() => undefined);
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(outputFolder, name), content);
    }
    this.running -= 1;
    const ended = options.signal.aborted ? 'cancelled' : 'exited';
    return {
      exitCode: ended === 'exited' ? 0 : null,
      ended,
      problem: null,
      stdout: lines.join('\n'),
      stderr: '',
      ...rest,
      outputFolder,
      durationMs: Math.round(performance.now() - startedAt),
    };
  }

  async availability(tool: ToolId): Promise<ToolAvailability> {
    return {
      tool,
      available: true,
      by: 'native',
      version: '1.0',
      where: 'recorded',
      missing: null,
    };
  }

  async sweep(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {}
}
