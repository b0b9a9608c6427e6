import { rm } from 'node:fs/promises';
import type { Clock } from '../../platform/clock.js';
import type { Runner } from '../runners/runner.js';
import type { ToolQuestion } from './scanner.js';

const KEPT_FOR_MS = 6 * 3600_000;
const MAX_KEPT = 200;

/**
 * Queries to tools, such as the checks of a scope. Prowler takes seconds to answer, so answers are cached for
 * some hours. A failed query is not cached and never stops a scan.
 */
export class ToolQuestions {
  readonly #answers = new Map<string, { answer: Promise<unknown>; untilMs: number }>();

  constructor(private readonly deps: { runner: Pick<Runner, 'run'>; clock: Clock }) {}

  async ask(
    question: ToolQuestion,
    { runId, signal }: { runId: string; signal: AbortSignal },
  ): Promise<unknown> {
    const nowMs = this.deps.clock.now().getTime();
    const kept = this.#answers.get(question.key);
    const known = kept && kept.untilMs > nowMs ? await kept.answer : null;
    if (known !== null) return known;
    const answer = this.#answer(question, runId, signal).catch(() => null);
    if (this.#answers.size >= MAX_KEPT) this.#answers.clear();
    this.#answers.set(question.key, { answer, untilMs: nowMs + KEPT_FOR_MS });
    return answer;
  }

  async #answer({ run, read }: ToolQuestion, runId: string, signal: AbortSignal): Promise<unknown> {
    const result = await this.deps.runner.run(run, { runId: `${runId}-q`, signal });
    await rm(result.outputFolder, { recursive: true, force: true });
    return result.ended === 'exited' && result.exitCode === 0 ? read(result.stdout) : null;
  }
}
