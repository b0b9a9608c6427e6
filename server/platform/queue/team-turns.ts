/** What was known when the store was asked. */
interface Asked {
  /** How many of each team run here or were begun since: so many of ours the store can have seen. */
  ours: Map<string, number>;
  change: number;
}

/**
 * Whose job is next: of the teams that have one, that with the fewest running, then that which was
 * served the longest ago. A team with a thousand jobs gets every slot nobody else wants, and not more.
 */
export class TeamTurns {
  readonly #ready = new Map<string, { change: number }>();
  /** Running here or being claimed, exactly; and in other processes, as the store said. */
  readonly #own = new Map<string, number>();
  readonly #elsewhere = new Map<string, number>();
  readonly #served = new Map<string, number>();
  #asked: Asked | null = null;
  #changes = 0;

  /** To be given to `refresh` with what is asked of the store after it. */
  asked(): Asked {
    this.#asked = { ours: new Map(this.#own), change: this.#changes };
    return this.#asked;
  }

  /**
   * What the store says, in place of what was known when it was asked: it may not have seen what came since.
   * It counts ours too, each as it was at some moment since.
   */
  refresh(
    teams: readonly { teamId: string; active: number; ready: boolean }[],
    { ours, change }: Asked,
  ): void {
    for (const [teamId, added] of this.#ready) {
      if (added.change <= change) this.#ready.delete(teamId);
    }
    this.#elsewhere.clear();
    for (const { teamId, active, ready } of teams) {
      if (ready) this.add(teamId);
      const others = active - (ours.get(teamId) ?? 0);
      if (others > 0) this.#elsewhere.set(teamId, others);
    }
    for (const teamId of this.#served.keys()) {
      if (!this.#ready.has(teamId) && !this.#own.has(teamId)) this.#served.delete(teamId);
    }
  }

  add(teamId: string): void {
    this.#changes += 1;
    this.#ready.set(teamId, { change: this.#changes });
  }

  next(): { teamId: string; change: number } | null {
    let best: { teamId: string; change: number; active: number; served: number } | null = null;
    for (const [teamId, { change }] of this.#ready) {
      const active = (this.#own.get(teamId) ?? 0) + (this.#elsewhere.get(teamId) ?? 0);
      const served = this.#served.get(teamId) ?? 0;
      if (best && (active > best.active || (active === best.active && served >= best.served))) {
        continue;
      }
      best = { teamId, change, active, served };
    }
    return best;
  }

  /** It had no job after all, unless one was added since it was asked. */
  empty({ teamId, change }: { teamId: string; change: number }): void {
    if (this.#ready.get(teamId)?.change === change) this.#ready.delete(teamId);
  }

  /** A job of it is claimed: it counts from then on, as the store may tell of it before it is known here. */
  started(teamId: string): void {
    this.#changes += 1;
    this.#served.set(teamId, this.#changes);
    for (const counts of [this.#own, this.#asked?.ours]) {
      counts?.set(teamId, (counts.get(teamId) ?? 0) + 1);
    }
  }

  /** It has ended, or there was none to claim. */
  ended(teamId: string): void {
    const left = (this.#own.get(teamId) ?? 0) - 1;
    if (left > 0) this.#own.set(teamId, left);
    else this.#own.delete(teamId);
  }
}
