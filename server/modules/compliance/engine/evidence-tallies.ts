import type { TeamScope } from '../../../platform/database/collection.js';
import { Turns } from '../../../platform/turns.js';
import { checkKey, matchesId } from '../../mapping/index.js';
import type { ChangedChecks, CheckEvidence, EvidenceService } from '../../security-scans/index.js';
import type { CheckTallies } from './check-tallies.js';
import type { CheckTalliesRepository } from './check-tallies.repository.js';
import type { EngineLock } from './engine-lock.js';
import type { ChangedEvidence } from './seen-changes.rules.js';
import { talliesByCheck, withChanges } from './tallies.rules.js';

/** Stores the sums of results per check and account, and updates them when results change. */
export class EvidenceTallies {
  constructor(
    private readonly deps: {
      evidence: Pick<EvidenceService, 'scopesIn'>;
      tallies: CheckTalliesRepository;
    },
  ) {}

  /** Adds up everything; returns the tallies of every check. */
  async renew(lock: EngineLock, { checks, scopes }: CheckEvidence): Promise<CheckTallies[]> {
    const known = await this.deps.tallies.list(lock.team);
    const added = talliesByCheck(scopes);
    return this.#store(lock, known, checks, (key) => added.get(key) ?? []);
  }

  /** Reads the inputs of the changed sums. Writes nothing, so that it can run beside other reads. */
  async read(team: TeamScope, changes: ChangedChecks): Promise<ChangedEvidence> {
    if (changes.accounts.length === 0) return { changes, known: [], added: new Map() };
    const { evidence, tallies } = this.deps;
    const [known, scopes] = await Promise.all([
      tallies.ofChecks(team, changes.checkIds),
      evidence.scopesIn(team, changes),
    ]);
    return { changes, known, added: talliesByCheck(scopes) };
  }

  /** Adds up what `read` returned; returns the tallies of the changed checks, or none when no results are new. */
  async update(
    lock: EngineLock,
    checks: CheckEvidence['checks'],
    { changes, known, added }: ChangedEvidence,
  ): Promise<CheckTallies[]> {
    if (changes.accounts.length === 0) return [];
    const before = new Map(known.map((item) => [checkKey(item), item.accounts]));
    return this.#store(lock, known, checks, (key) =>
      withChanges(before.get(key) ?? [], changes.accounts, added.get(key) ?? []),
    );
  }

  ofChecks(team: TeamScope, checkIds: readonly string[]): Promise<CheckTallies[]> {
    return this.deps.tallies.ofChecks(team, checkIds);
  }

  /** Writes only what has changed. */
  async #store(
    { team, lease }: EngineLock,
    known: readonly CheckTallies[],
    checks: CheckEvidence['checks'],
    accountsOf: (check: string) => CheckTallies['accounts'],
  ): Promise<CheckTallies[]> {
    const before = new Map(known.map((item) => [item.id, item]));
    const found = new Map<string, CheckTallies>();
    const turns = new Turns();
    for (const { tool, check } of checks) {
      const id = matchesId(team, tool, check.id);
      const ids = { id, teamId: team.teamId, tool, checkId: check.id };
      const accounts = accountsOf(checkKey(ids));
      found.set(id, { ...ids, title: check.title || check.id, accounts });
      await turns.next();
    }
    const all = [...found.values()];
    // Of checks whose results an undo has removed.
    const gone = known.filter(({ id, accounts }) => accounts.length > 0 && !found.has(id));
    const changed = [
      ...all.filter((item) => !isSame(item, before.get(item.id))),
      ...gone.map((item) => ({ ...item, accounts: [] })),
    ];
    lease.check();
    if (changed.length > 0) await this.deps.tallies.put(team, changed);
    return all;
  }
}

function isSame(item: CheckTallies, before: CheckTallies | undefined): boolean {
  return (
    before?.title === item.title &&
    before.accounts.length === item.accounts.length &&
    before.accounts.every(({ hash }, at) => hash === item.accounts[at]?.hash)
  );
}
