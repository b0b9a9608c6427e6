import type { TeamScope } from '../../../platform/database/collection.js';
import type { Leases } from '../../../platform/leases/leases.js';
import { engineLease } from './engine-lock.js';
import type { EngineRunsRepository } from './engine-runs.repository.js';

const MAX_ATTEMPTS = 3;

/** For readers of control states that must not see half of a run and must not block the engine. */
export class BetweenRuns {
  constructor(private readonly deps: { runs: Pick<EngineRunsRepository, 'get'>; leases: Leases }) {}

  /**
   * Returns the result of `read` from a moment without a run. Reads again when a run interfered; `isConsistent` is false
   * when runs kept interfering, in which case each of them announces its end.
   */
  async read<T>(
    team: TeamScope,
    read: () => Promise<T>,
  ): Promise<{ value: T; isConsistent: boolean }> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.#lastRun(team);
      const value = await read();
      const isConsistent = before !== null && before === (await this.#lastRun(team));
      if (isConsistent || attempt === MAX_ATTEMPTS) return { value, isConsistent };
      // Waits for the current run; the lease is released at once.
      await this.deps.leases.hold(engineLease(team), async () => {});
    }
  }

  /** Identifies the last run; null during a run. Reads the lease first, because a run stores itself before it ends. */
  async #lastRun(team: TeamScope): Promise<string | null> {
    const { leases, runs } = this.deps;
    if (await leases.isHeld(engineLease(team))) return null;
    return JSON.stringify((await runs.get(team))?.lastRun ?? null);
  }
}
