import type { RunLimits, RunResult } from '../runs/tool-run.js';
import { sizeOf } from './output-folder.js';

export interface Stop {
  ended: Exclude<RunResult['ended'], 'exited' | 'not_started'>;
  problem: string;
  /** Whether the tool gets SIGTERM before SIGKILL. */
  gently: boolean;
}

const WATCH_EVERY_MS = 500;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Watches for reasons to end a run: its time, a cancel, what it writes. The first reason counts. */
export class RunGuard {
  readonly whenStopped: Promise<Stop>;
  #resolve: (stop: Stop) => void = () => undefined;
  #stop: Stop | null = null;
  #released = false;
  readonly #deadline: NodeJS.Timeout;
  #watch: NodeJS.Timeout | undefined;
  readonly #cancel = () =>
    this.stop({ ended: 'cancelled', problem: 'The scan was cancelled.', gently: true });

  constructor(
    private readonly limits: RunLimits,
    private readonly signal: AbortSignal,
    private readonly folders: readonly string[],
  ) {
    this.whenStopped = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#deadline = setTimeout(
      () => {
        const seconds = Math.round(limits.timeoutMs / 100) / 10;
        const problem = `The tool was stopped at its time limit of ${seconds} s.`;
        this.stop({ ended: 'timed_out', problem, gently: true });
      },
      Math.min(Math.max(limits.timeoutMs, 0), LONGEST_TIMER_MS),
    );
    if (signal.aborted) this.#cancel();
    else signal.addEventListener('abort', this.#cancel, { once: true });
    this.#watchOutput();
  }

  get stopped(): Stop | null {
    return this.#stop;
  }

  /** For what a runner sees itself, such as too much memory. */
  stop(stop: Stop): void {
    if (this.#stop || this.#released) return;
    this.#stop = stop;
    this.#resolve(stop);
  }

  /** Looks at once whether too much was written. */
  async measure(): Promise<void> {
    let bytes = 0;
    for (const folder of this.folders) bytes += await sizeOf(folder, this.limits.outputBytes);
    if (bytes <= this.limits.outputBytes) return;
    const megabytes = Math.ceil(this.limits.outputBytes / 1_000_000);
    const problem = `The tool wrote more than the ${megabytes} MB that it may.`;
    this.stop({ ended: 'output_limit', problem, gently: false });
  }

  /** Stops watching; an earlier reason stays. */
  release(): void {
    this.#released = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#watch);
    this.signal.removeEventListener('abort', this.#cancel);
  }

  #watchOutput(): void {
    this.#watch = setTimeout(async () => {
      await this.measure();
      if (!this.#released && !this.#stop) this.#watchOutput();
    }, WATCH_EVERY_MS);
  }
}
