/** The state when a query of the store started. */
interface BeforeQuery {
  /** Per team, our jobs running then or started since: the store may have counted each of them. */
  ours: Map<string, number>;
  change: number;
}

/**
 * Picks the next team: of those with jobs, the one with the fewest running, then the one served longest
 * ago. A team with a thousand jobs gets the slots that no other team needs.
 */
export class TeamTurns {
  readonly #ready = new Map<string, { change: number }>();
  /** Jobs running or being claimed here, exactly; and in other processes, as last reported by the store. */
  readonly #own = new Map<string, number>();
  readonly #elsewhere = new Map<string, number>();
  readonly #served = new Map<string, number>();
  #beforeQuery: BeforeQuery | null = null;
  #changes = 0;

  /** Call before querying the store, and pass the result to `refresh`. */
  beforeQuery(): BeforeQuery {
    this.#beforeQuery = { ours: new Map(this.#own), change: this.#changes };
    return this.#beforeQuery;
  }

  /**
   * Replaces what was known before the query with the store's result, which may miss later changes and
   * includes our own jobs as of some moment during the query.
   */
  refresh(
    teams: readonly { teamId: string; active: number; ready: boolean }[],
    { ours, change }: BeforeQuery,
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

  /** The team had no job, unless one was added since the query. */
  empty({ teamId, change }: { teamId: string; change: number }): void {
    if (this.#ready.get(teamId)?.change === change) this.#ready.delete(teamId);
  }

  /** A claim of its job started: it counts from now on, as the store may report it before the claim returns. */
  started(teamId: string): void {
    this.#changes += 1;
    this.#served.set(teamId, this.#changes);
    for (const counts of [this.#own, this.#beforeQuery?.ours]) {
      counts?.set(teamId, (counts.get(teamId) ?? 0) + 1);
    }
  }

  /** Its job ended, or there was none to claim. */
  ended(teamId: string): void {
    const left = (this.#own.get(teamId) ?? 0) - 1;
    if (left > 0) this.#own.set(teamId, left);
    else this.#own.delete(teamId);
  }
}
