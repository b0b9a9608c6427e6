import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runner, RunOptions, ToolAvailability } from '../scanners/runners/runner.js';
import type { RunResult, ToolId, ToolRun } from '../scanners/runs/tool-run.js';

/** What a recorded run leaves and says; all else is that of a tool that ended well and said nothing. */
export interface Recorded extends Partial<Omit<RunResult, 'outputFolder'>> {
  files?: Record<string, string>;
  lines?: string[];
  /** How long it seems to run; ends early when it is told to. */
  takesMs?: number;
}

/** A runner that starts nothing: it answers as a run did that somebody recorded. Keeps what it was asked. */
export class RecordedRunner implements Runner {
  readonly id = 'native';
  readonly runs: ToolRun[] = [];
  atOnce = 0;
  most = 0;

  constructor(
    private readonly base: string,
    private readonly answer: (run: ToolRun, options: RunOptions) => Recorded | Promise<Recorded>,
  ) {}

  async run(run: ToolRun, options: RunOptions): Promise<RunResult> {
    this.runs.push(run);
    this.atOnce += 1;
    this.most = Math.max(this.most, this.atOnce);
    const outputFolder = join(this.base, `${options.runId}-${this.runs.length}`);
    await mkdir(outputFolder, { recursive: true });
    const began = performance.now();
    const { files = {}, lines = [], takesMs = 0, ...rest } = await this.answer(run, options);
    for (const line of lines) options.onLine?.(line);
    await sleep(takesMs, undefined, { signal: options.signal }).catch(() => undefined);
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(outputFolder, name), content);
    }
    this.atOnce -= 1;
    const ended = options.signal.aborted ? 'cancelled' : 'exited';
    return {
      exitCode: ended === 'exited' ? 0 : null,
      ended,
      problem: null,
      stdout: lines.join('\n'),
      stderr: '',
      ...rest,
      outputFolder,
      durationMs: Math.round(performance.now() - began),
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
