import type { PastScan } from '../../../../contract/inventory.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { FollowedScan } from '../followers/scan-follower.js';
import { pastScanOf, traceSteps } from '../followers/scan-trace.rules.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';
import type { InventoryRepository, StoredItem } from './inventory.repository.js';

export interface InventoryDeps<T extends StoredItem> {
  items: InventoryRepository<T>;
  scans: Pick<ScanOrchestrationService, 'list'>;
  audit: Audit;
  clock: Clock;
}

/** In what inventories differ. */
export interface InventoryKind<T extends StoredItem> {
  /** What one thing is called in messages, in audit entries (`image.added`) and as an id (`imageId`). */
  noun: string;
  /** What an audit entry says of it. */
  facts: (item: T) => Record<string, string>;
  /** Says of one that is there that it cannot be added again. */
  isThere: (item: T) => string;
  /** What one that was removed takes over when it comes back, beside who added it and when. */
  renewed?: (fresh: T) => Partial<T>;
}

const HISTORY = 20;

/** The life of things that are scanned: people add and remove them, and scans bring them along. */
export class Inventory<T extends StoredItem> {
  constructor(
    private readonly deps: InventoryDeps<T>,
    private readonly kind: InventoryKind<T>,
  ) {}

  /** Throws NotFoundError, also for one that was removed. */
  async get(scope: TeamScope, id: string): Promise<T> {
    const item = await this.deps.items.get(scope, id);
    if (!item) throw this.#isMissing(id);
    return item;
  }

  /** Its last scans, newest first. */
  async pastScans(scope: TeamScope, { targetKey }: T): Promise<PastScan[]> {
    if (targetKey === null) return [];
    const { items } = await this.deps.scans.list(scope, { target: targetKey }, HISTORY);
    return items.map(pastScanOf);
  }

  /** Throws ConflictError for one that is there. */
  async add(actor: Actor, fresh: T): Promise<T> {
    const known = await this.deps.items.findByKey(actor, fresh.key);
    if (known?.removedAt === null) throw this.#isThere(known);
    const added = await this.#put(fresh, known);
    await this.#audit(actor, 'added', added);
    return added;
  }

  /** A thing's findings and scans stay; what else is to be cleared is set with it. */
  async remove(actor: Actor, id: string, cleared: Partial<T> = {}): Promise<{ id: string }> {
    const { items, clock } = this.deps;
    const item = await this.get(actor, id);
    const removedAt = clock.now().toISOString();
    const gone = await items.update(actor, id, { removedAt, ...cleared }, { removedAt: null });
    if (!gone) throw this.#isMissing(id);
    await this.#audit(actor, 'removed', item);
    return { id };
  }

  /**
   * The thing that a scan is of; one that is not there joins, as `fresh` describes it. Null when a
   * person has removed it since the scan was asked for.
   */
  async joined(scope: TeamScope, scan: FollowedScan, fresh: T): Promise<T | null> {
    const { items } = this.deps;
    const known = await items.findByKey(scope, fresh.key);
    if (known?.removedAt === null) return known;
    if (known?.removedAt && scan.createdAt <= known.removedAt) return null;
    try {
      const added = await this.#put(fresh, known);
      const actor = { teamId: scope.teamId, userId: scan.requestedBy };
      await this.#audit(actor, 'added', added, { scanId: scan.id });
      return added;
    } catch (error) {
      if (error instanceof ConflictError) return items.findByKey(scope, fresh.key); // just joined
      throw error;
    }
  }

  /** Keeps how a scan of the thing went, and `told` with it if it is the newest that has ended. */
  async follow(
    scope: TeamScope,
    { id }: T,
    scan: FollowedScan,
    told: Partial<T> = {},
  ): Promise<void> {
    for (const { set, only } of traceSteps(scan)) {
      const more = set.lastScan ? told : {};
      await this.deps.items.update(scope, id, { ...set, ...more }, { ...only, removedAt: null });
    }
  }

  /** A new one, or the one that was removed once more. Throws ConflictError when somebody was faster. */
  async #put(fresh: T, known: T | null): Promise<T> {
    const { items } = this.deps;
    if (known) {
      const { addedBy, addedAt } = fresh;
      const set = { removedAt: null, addedBy, addedAt, ...this.kind.renewed?.(fresh) };
      const revived = await items.update(known, known.id, set, { removedAt: known.removedAt });
      if (!revived) throw this.#isThere(known);
      return revived;
    }
    try {
      await items.add(fresh);
      return fresh;
    } catch (error) {
      const twin = await items.findByKey(fresh, fresh.key);
      throw error instanceof ConflictError && twin ? this.#isThere(twin) : error;
    }
  }

  #audit(
    actor: Pick<Actor, 'teamId' | 'userId'>,
    what: 'added' | 'removed',
    item: T,
    more: Record<string, string> = {},
  ): Promise<void> {
    const details = { ...this.kind.facts(item), ...more };
    return this.deps.audit.record(actor, `${this.kind.noun}.${what}`, item.id, details);
  }

  #isThere(item: T): ConflictError {
    return new ConflictError(this.kind.isThere(item), { [`${this.kind.noun}Id`]: item.id });
  }

  #isMissing(id: string): NotFoundError {
    return new NotFoundError(`no such ${this.kind.noun}`, { [`${this.kind.noun}Id`]: id });
  }
}
