import type { EngineRun } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { EngineRunsRepository } from './engine-runs.repository.js';

/** Keeps what is computed from a team's results until the engine's next run: nothing else changes them. */
export class OncePerRun<T> {
  readonly #known = new Map<string, { run: string; value: Promise<T> }>();

  constructor(
    private readonly runs: Pick<EngineRunsRepository, 'get'>,
    private readonly compute: (team: TeamScope, lastRun: EngineRun | null) => Promise<T>,
  ) {}

  async of(team: TeamScope): Promise<{ value: T; lastRun: EngineRun | null }> {
    const lastRun = (await this.runs.get(team))?.lastRun ?? null;
    // Also before its first run, which stores what is computed here bit by bit.
    const run = JSON.stringify(lastRun);
    const known = this.#known.get(team.teamId);
    if (known?.run === run) return { value: await known.value, lastRun };
    const value = this.compute(team, lastRun);
    this.#known.set(team.teamId, { run, value });
    try {
      return { value: await value, lastRun };
    } catch (error) {
      this.#known.delete(team.teamId);
      throw error;
    }
  }
}
