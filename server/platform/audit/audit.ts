import type { AuditFilter, AuditVerification } from '../../../contract/audit.js';
import type { Clock, NewId } from '../clock.js';
import type { Filter, Page, TeamScope } from '../database/collection.js';
import { ConflictError } from '../errors.js';
import type { AuditEntry, AuditRepository } from './audit.repository.js';
import { type AuditFacts, ChainCheck, type ChainLink, linkAfter } from './audit-chain.js';

export interface AuditDeps {
  entries: AuditRepository;
  clock: Clock;
  newId: NewId;
}

/** Attempts against other processes that add to the same team's chain. */
const MAX_ATTEMPTS = 50;

/**
 * The audit trail: every write by an actor adds an entry to the chain of its team; entries are never changed or
 * deleted, and `verify` finds one that was.
 */
export class Audit {
  /** The end of a team's chain as this process knows it. Another process may have added to it. */
  readonly #ends = new Map<string, ChainLink | null>();
  /** The team's entry that is being added: entries of one process wait for each other. */
  readonly #adding = new Map<string, Promise<void>>();

  constructor(private readonly deps: AuditDeps) {}

  async record(
    actor: { teamId: string; userId: string },
    action: string,
    subject: string,
    details: AuditEntry['details'] = {},
  ): Promise<void> {
    const { clock, newId } = this.deps;
    const { teamId, userId } = actor;
    const facts: AuditFacts = {
      id: newId('audit'),
      teamId,
      at: clock.now().toISOString(),
      actor: userId,
      action,
      subject,
      // As the database returns it: the hash covers what is stored.
      details: JSON.parse(JSON.stringify(details)),
    };
    const before = this.#adding.get(teamId) ?? Promise.resolve();
    const adding = before.then(() => this.#add({ teamId }, facts));
    const settled = adding.catch(() => undefined);
    this.#adding.set(teamId, settled);
    try {
      await adding;
    } finally {
      if (this.#adding.get(teamId) === settled) this.#adding.delete(teamId);
    }
  }

  /** Actions on a subject, newest first, at most 100. */
  async about(scope: TeamScope, subject: string): Promise<AuditEntry[]> {
    return (await this.page(scope, { subject }, 100)).items;
  }

  /** The team's entries, newest first. */
  page(
    scope: TeamScope,
    filter: AuditFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<AuditEntry>> {
    return this.deps.entries.page(scope, filterOf(filter), limit, cursor);
  }

  /** The matching entries, newest first, one JSON document per line. */
  async *lines(scope: TeamScope, filter: AuditFilter): AsyncIterable<string> {
    let cursor: string | undefined;
    do {
      const page = await this.page(scope, filter, 1_000, cursor);
      if (page.items.length > 0) {
        yield page.items.map(({ teamId: _, ...entry }) => `${JSON.stringify(entry)}\n`).join('');
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** The number of the team's last entry; 0 without any. */
  async lastSeq(scope: TeamScope): Promise<number> {
    return (await this.deps.entries.last(scope))?.seq ?? 0;
  }

  /** The team's entries after a number, in their order. */
  after(scope: TeamScope, seq: number, limit: number): Promise<AuditEntry[]> {
    return this.deps.entries.after(scope, seq, limit);
  }

  /** Checks that no entry of the team's chain was changed, removed or moved. Reads every entry. */
  async verify(scope: TeamScope): Promise<AuditVerification> {
    const { entries } = this.deps;
    const check = new ChainCheck(await entries.head(scope));
    for await (const entry of entries.chained(scope)) check.next(entry);
    check.end();
    return {
      ok: check.problems.length === 0,
      entries: check.entries,
      unchained: await entries.unchained(scope),
      problems: check.problems,
    };
  }

  async #add(scope: TeamScope, facts: AuditFacts): Promise<void> {
    const { entries } = this.deps;
    const { teamId } = scope;
    for (let attempt = 1; ; attempt += 1) {
      if (!this.#ends.has(teamId)) this.#ends.set(teamId, await entries.last(scope));
      const link = linkAfter(this.#ends.get(teamId) ?? null, facts);
      try {
        await entries.add(scope, { ...facts, ...link });
        this.#ends.set(teamId, link);
        return;
      } catch (error) {
        this.#ends.delete(teamId);
        if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }
}

function filterOf({ actor, action, subject, from, to }: AuditFilter): Filter {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action: { startsWith: action } }),
    ...(subject === undefined ? {} : { subject }),
    ...(from === undefined && to === undefined ? {} : { at: { gte: from, lt: to } }),
  };
}
