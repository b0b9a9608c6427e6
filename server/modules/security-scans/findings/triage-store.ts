import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import { recountScopes } from '../check-results/recount-scopes.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { accountsOf } from '../check-results/scope-tallies.rules.js';
import { findingTriaged } from '../security-scans.events.js';
import { effectOf } from './finding-life.rules.js';
import type { PendingTriagesRepository } from './pending-triages.repository.js';
import type { StoredFinding } from './stored-finding.js';

export interface TriageStoreDeps {
  stores: Pick<ResultStores, 'findings' | 'results' | 'scopes'>;
  pending: PendingTriagesRepository;
  events: Events;
  clock: Clock;
}

/** A finding as it was read, and as it shall be. */
export interface TriageChange {
  before: StoredFinding;
  after: StoredFinding;
}

/** A process that takes longer has died, or will find its work done. */
const MAX_SETTLING_MS = 20_000;
/** A result that reports keep changing meanwhile. */
const MAX_TRIES = 5;

/**
 * Stores decisions about findings with what depends on them: how their results count, the counts, and the controls.
 * Findings are marked meanwhile, so that another process completes what one left that died in between.
 */
export class TriageStore {
  constructor(private readonly deps: TriageStoreDeps) {}

  /** Returns the changed findings; one that has changed since it was read is left out. */
  async change(scope: TeamScope, changes: readonly TriageChange[]): Promise<StoredFinding[]> {
    const { stores, pending, clock } = this.deps;
    const ids = changes.map(({ after }) => after.id);
    await pending.add(scope, ids, clock.now().toISOString());
    const changed: StoredFinding[] = [];
    for (const { before, after } of changes) {
      const stored = await stores.findings.changeTriage(scope, before, after);
      if (stored) changed.push(stored);
    }
    await this.#settle(scope, ids);
    return changed;
  }

  /** The teams in which a dead process left triages. */
  async teamsToResume(): Promise<string[]> {
    return [...(await this.deps.pending.before(this.#leftBefore())).keys()];
  }

  /** Completes what dead processes left of a team. */
  async resumeTeam(team: TeamScope): Promise<void> {
    const ids = await this.deps.pending.ofTeamBefore(team, this.#leftBefore());
    if (ids.length > 0) await this.#settle(team, ids);
  }

  #leftBefore(): string {
    return new Date(this.deps.clock.now().getTime() - MAX_SETTLING_MS).toISOString();
  }

  /** Repeating it changes nothing. */
  async #settle(scope: TeamScope, ids: readonly string[]): Promise<void> {
    const { stores, pending, events } = this.deps;
    const findings = [...(await stores.findings.byId(scope, ids)).values()];
    const results = await stores.results.byId(scope, ids);
    for (const { id } of findings) if (results.has(id)) await this.#settleResult(scope, id);
    const checkIds = [...new Set(findings.map(({ checkId }) => checkId))];
    await recountScopes(stores, scope, { checkIds, accounts: accountsOf(findings) });
    for (const finding of findings) {
      await events.emit(findingTriaged, {
        teamId: scope.teamId,
        findingId: finding.id,
        checkIds: [finding.checkId],
        accounts: accountsOf([finding]),
      });
    }
    await pending.remove(scope, ids);
  }

  /** A report may change the result at any time: then it is read again. */
  async #settleResult(scope: TeamScope, id: string): Promise<void> {
    const { findings, results } = this.deps.stores;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const [finding, result] = [
        await findings.get(scope, id),
        (await results.byId(scope, [id])).get(id),
      ];
      if (!finding || !result) return;
      const standing = effectOf(result, finding.status);
      const exempt = finding.status === 'suppressed' || finding.status === 'accepted';
      if (result.standing === standing && result.exempt === exempt) return;
      if (await results.changeEffect(scope, result, { standing, exempt })) return;
    }
  }
}
