import type { CollectionSpec, Filter, Page, TeamDoc, TeamScope } from '../database/collection.js';
import { TeamRepository } from '../database/repository.js';
import { ConflictError } from '../errors.js';
import type { AuditFacts, ChainLink } from './audit-chain.js';

/** One action of one actor on one subject. Entries from before the chain have no number and no hash. */
export interface AuditEntry extends TeamDoc, AuditFacts, Partial<ChainLink> {
  /** `<kind>.<past verb>`: `finding.suppressed`. */
  action: string;
}

const audit: CollectionSpec<AuditEntry> = {
  name: 'audit',
  scope: 'team',
  fields: { at: 'string', actor: 'string', action: 'string', subject: 'string', seq: 'number' },
  unique: [['seq']],
  indexes: [['-at'], ['subject', '-at'], ['actor', '-at'], ['action', '-at']],
};

/** The end of a team's chain, which shows when its last entries are gone. */
interface AuditHead extends TeamDoc, Pick<ChainLink, 'seq' | 'hash'> {}

const heads: CollectionSpec<AuditHead> = {
  name: 'audit_heads',
  scope: 'team',
  fields: { seq: 'number' },
};

export class AuditRepository extends TeamRepository<AuditEntry> {
  static readonly database = 'platform';
  static readonly specs = [audit, heads] as const;
  protected readonly spec = audit;

  /** Throws ConflictError when another process added an entry with this number. */
  async add(scope: TeamScope, entry: AuditEntry & ChainLink): Promise<void> {
    await this.of(scope).insert(entry);
    await this.#moveHead(scope, entry);
  }

  /** Another process may have moved the head further already. */
  async #moveHead(scope: TeamScope, { seq, hash }: ChainLink): Promise<void> {
    const { teamId } = scope;
    const collection = this.of(scope, heads);
    const moved = await collection.update(teamId, { set: { seq, hash } }, { seq: { lt: seq } });
    if (moved || seq > 1) return;
    await collection.insert({ id: teamId, teamId, seq, hash }).catch((error: unknown) => {
      if (!(error instanceof ConflictError)) throw error;
    });
  }

  async last(scope: TeamScope): Promise<ChainLink | null> {
    const where = { seq: { exists: true } };
    const { items } = await this.of(scope).find(where, { sort: ['-seq'], limit: 1 });
    return (items[0] as (AuditEntry & ChainLink) | undefined) ?? null;
  }

  head(scope: TeamScope): Promise<AuditHead | null> {
    return this.of(scope, heads).get(scope.teamId);
  }

  page(scope: TeamScope, where: Filter, limit: number, after?: string): Promise<Page<AuditEntry>> {
    return this.of(scope).find(where, { sort: ['-at'], limit, after: after ?? null });
  }

  /** The chained entries after a number, in their order. */
  async after(scope: TeamScope, seq: number, limit: number): Promise<(AuditEntry & ChainLink)[]> {
    const { items } = await this.of(scope).find({ seq: { gt: seq } }, { sort: ['seq'], limit });
    return items as (AuditEntry & ChainLink)[];
  }

  /** The chained entries in their order. */
  async *chained(scope: TeamScope): AsyncIterable<AuditEntry & ChainLink> {
    let after: string | null = null;
    do {
      const options = { sort: ['seq'], limit: 1_000, after };
      const page = await this.of(scope).find({ seq: { exists: true } }, options);
      yield* page.items as (AuditEntry & ChainLink)[];
      after = page.nextCursor;
    } while (after !== null);
  }

  unchained(scope: TeamScope): Promise<number> {
    return this.of(scope).count({ seq: null });
  }
}
