import type { Clock } from '../../platform/clock.js';
import type { RunResult, ToolId, ToolRun } from '../runs/tool-run.js';
import type { Runner, RunOptions, ToolAvailability } from './runner.js';
import { verifyNativeTools } from './verify-native-tools.js';

const KEPT_FOR_MS = 5 * 60_000;

export type Runners = readonly [Runner, ...Runner[]];

/** Several runners as one: each tool runs in the one that `verifyNativeTools` finds best here. */
export class BestRunner {
  #known: { tools: Promise<ToolAvailability[]>; untilMs: number } | null = null;

  #loaded: Promise<Runners> | null = null;
  /** Nothing has failed since what `lastTools` holds was found. */
  #isLastGood = false;

  /** `load` is called once, at first use. */
  constructor(
    private readonly load: () => Promise<Runners>,
    private readonly clock: Clock,
  ) {}

  /** The last result; null before the first. Returns at once. */
  lastTools: readonly ToolAvailability[] | null = null;

  /** What can be run here and how; checking starts programs, so the result is cached for some minutes. */
  tools(): Promise<ToolAvailability[]> {
    const nowMs = this.clock.now().getTime();
    if (this.#known && this.#known.untilMs > nowMs) return this.#known.tools;
    const tools = this.#runners().then(verifyNativeTools);
    this.#known = { tools, untilMs: nowMs + KEPT_FOR_MS };
    tools.then(
      (found) => {
        this.lastTools = found;
        this.#isLastGood = true;
      },
      () => {
        this.#known = null;
      },
    );
    return tools;
  }

  async run(run: ToolRun, options: RunOptions): Promise<RunResult> {
    const runner = run.loopback ? await this.#onHost(run.tool) : await this.#for(run.tool);
    const result = await runner.run(run, options);
    // A tool may have been removed: the next run checks again.
    if (result.ended === 'not_started' && !options.signal.aborted) this.#forget();
    return result;
  }

  async sweep(): Promise<number> {
    const runners = await this.#runners();
    const swept = await Promise.all(runners.map((runner) => runner.sweep()));
    return swept.reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    const runners = (await this.#loaded) ?? [];
    await Promise.all(runners.map((runner) => runner.close()));
  }

  /**
   * The runner that was found is used until it fails: checking takes Prowler seconds, and each scan would
   * wait. Where the tool cannot run at all, any runner reports why.
   */
  async #for(tool: ToolId): Promise<Runner> {
    const trusted = this.#isLastGood ? (this.lastTools ?? []) : [];
    const last = trusted.find((each) => each.tool === tool && each.available);
    const best = last ?? (await this.tools()).find((each) => each.tool === tool);
    if (best?.available !== true) this.#forget(); // it may be installed meanwhile
    const runners = await this.#runners();
    return runners.find(({ id }) => id === best?.by) ?? runners[0];
  }

  /** A loopback address is this machine's only for a program of this machine. */
  async #onHost(tool: ToolId): Promise<Runner> {
    const native = (await this.#runners()).find(({ id }) => id === 'native');
    const isHere = native && (await native.availability(tool)).available;
    return isHere ? native : this.#for(tool);
  }

  #forget(): void {
    this.#known = null;
    this.#isLastGood = false;
  }

  #runners(): Promise<Runners> {
    this.#loaded ??= this.load();
    return this.#loaded;
  }
}
