import type { LastImport, PastScan } from '../../../../contract/inventory.js';
import type { ScanRequest, ScanRun } from '../../../../contract/orchestration.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { FollowedScan } from '../followers/scan-follower.jobs.js';
import { pastScanOf, traceSteps } from '../followers/scan-trace.rules.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';
import type { InventoryRepository, StoredItem } from './inventory.repository.js';

export interface InventoryDeps<T extends StoredItem> {
  items: InventoryRepository<T>;
  scans: Pick<ScanOrchestrationService, 'list' | 'start'>;
  audit: Audit;
  clock: Clock;
}

/** The differences between inventories. */
export interface InventoryKind<T extends StoredItem> {
  /** Names an item in messages, in audit entries (`image.added`) and ids (`imageId`). */
  noun: string;
  /** The details of an item's audit entries. */
  facts: (item: T) => Record<string, string>;
  /** The error message when an existing item is added again. */
  duplicate: (item: T) => string;
  /** Fields that a removed item updates when it is added again, besides `addedBy` and `addedAt`. */
  renewed?: (fresh: T) => Partial<T>;
}

const MAX_PAST_SCANS = 20;
/** From this number on, new items of one report share an audit entry. */
const MIN_TOGETHER = 20;

/** What adds an item without a person: a scan of it, or an imported report about it. */
export interface JoinCause {
  /** Of the scan or import. */
  id: string;
  at: string;
  by: string;
  /** For the audit trail. */
  facts: Record<string, string>;
}

export function causedBy({ createdAt, requestedBy, id }: FollowedScan): JoinCause {
  return { id, at: createdAt, by: requestedBy, facts: { scanId: id } };
}

/** The life of scanned items: people add and remove them, and scans add them. */
export class Inventory<T extends StoredItem> {
  constructor(
    private readonly deps: InventoryDeps<T>,
    private readonly kind: InventoryKind<T>,
  ) {}

  /** Throws NotFoundError, also for a removed item. */
  async get(scope: TeamScope, id: string): Promise<T> {
    const item = await this.deps.items.get(scope, id);
    if (!item) throw this.#notFound(id);
    return item;
  }

  /** Its last scans, newest first. */
  async pastScans(scope: TeamScope, { targetKey }: T): Promise<PastScan[]> {
    if (targetKey === null) return [];
    const { items } = await this.deps.scans.list(scope, { target: targetKey }, MAX_PAST_SCANS);
    return items.map(pastScanOf);
  }

  /** Throws ConflictError when the inventory has it. */
  async add(actor: Actor, fresh: T): Promise<T> {
    const known = await this.deps.items.findByKey(actor, fresh.key);
    if (known?.removedAt === null) throw this.#duplicate(known);
    const added = await this.#put(fresh, known);
    await this.#audit(actor, 'added', added);
    return added;
  }

  /** Starts a scan of an item. Throws ConflictError that names its active scan. */
  async startScan(
    actor: Actor,
    { id }: T,
    request: ScanRequest,
    details: Record<string, string> = {},
  ): Promise<ScanRun> {
    const scan = await this.deps.scans.start(actor, request);
    await this.deps.audit.record(actor, `${this.kind.noun}.scanned`, id, {
      scanId: scan.id,
      ...details,
    });
    return scan;
  }

  /** Findings and scans of the item stay; `cleared` is written with the removal. */
  async remove(actor: Actor, id: string, cleared: Partial<T> = {}): Promise<{ id: string }> {
    const { items, clock } = this.deps;
    const item = await this.get(actor, id);
    const removedAt = clock.now().toISOString();
    const gone = await items.update(actor, id, { removedAt, ...cleared }, { removedAt: null });
    if (!gone) throw this.#notFound(id);
    await this.#audit(actor, 'removed', item);
    return { id };
  }

  /**
   * The item that a scan or a report is about; a missing one is added as `fresh` describes it. Null when a person
   * has removed it since.
   */
  async joined(scope: TeamScope, cause: JoinCause, fresh: T): Promise<T | null> {
    const { items } = this.deps;
    const known = await items.findByKey(scope, fresh.key);
    if (known?.removedAt === null) return known;
    if (known?.removedAt && cause.at <= known.removedAt) return null;
    try {
      const added = await this.#put(fresh, known);
      const actor = { teamId: scope.teamId, userId: cause.by };
      await this.#audit(actor, 'added', added, cause.facts);
      return added;
    } catch (error) {
      if (error instanceof ConflictError) return items.findByKey(scope, fresh.key); // added meanwhile
      throw error;
    }
  }

  /**
   * As `joined`, for all items that one report is about. Many new ones are written at once, with one audit entry
   * whose subject is the cause: a report of a network may have a thousand hosts.
   */
  async joinedAll(scope: TeamScope, cause: JoinCause, fresh: readonly T[]): Promise<T[]> {
    const { items, audit } = this.deps;
    const byKey = new Map(fresh.map((item) => [item.key, item]));
    const known = await items.keysOf(scope, [...byKey.keys()]);
    const added = [...byKey.values()].filter(({ key }) => !known.has(key));
    const isTogether = added.length >= MIN_TOGETHER && (await this.#addAll(scope, added));
    if (isTogether) {
      const actor = { teamId: scope.teamId, userId: cause.by };
      const details = { ...cause.facts, [`${this.kind.noun}s`]: added.length };
      await audit.record(actor, `${this.kind.noun}.added`, cause.id, details);
    }
    const joined: T[] = isTogether ? added : [];
    for (const item of byKey.values()) {
      if (isTogether && !known.has(item.key)) continue;
      const one = await this.joined(scope, cause, item);
      if (one) joined.push(one);
    }
    return joined;
  }

  /** False when another caller was faster with one of them; then some may be stored. */
  async #addAll(scope: TeamScope, added: readonly T[]): Promise<boolean> {
    try {
      await this.deps.items.addAll(scope, added);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  /** Records a scan of the item, and `results` with it if it is the newest that has ended. */
  async follow(
    scope: TeamScope,
    { id }: T,
    scan: FollowedScan,
    results: Partial<T> = {},
  ): Promise<void> {
    for (const { set, only } of traceSteps(scan)) {
      const more = set.lastScan ? results : {};
      await this.deps.items.update(scope, id, { ...set, ...more }, { ...only, removedAt: null });
    }
  }

  /** Records an imported report about the items, and `results` with it if it is the newest. */
  async followImport(
    scope: TeamScope,
    items: readonly T[],
    lastImport: LastImport,
    results: Partial<T> = {},
  ): Promise<void> {
    const { at } = lastImport;
    const isNewest = { or: [{ 'lastImport.at': null }, { 'lastImport.at': { lt: at } }] };
    const set = { lastImport, ...results };
    const ids = items.map(({ id }) => id);
    await this.deps.items.updateEach(scope, ids, set, { ...isNewest, removedAt: null });
  }

  /** Inserts the item, or restores a removed one. Throws ConflictError when another caller was faster. */
  async #put(fresh: T, known: T | null): Promise<T> {
    const { items } = this.deps;
    if (known) {
      const { addedBy, addedAt } = fresh;
      const set = { removedAt: null, addedBy, addedAt, ...this.kind.renewed?.(fresh) };
      const revived = await items.update(known, known.id, set, { removedAt: known.removedAt });
      if (!revived) throw this.#duplicate(known);
      return revived;
    }
    try {
      await items.add(fresh);
      return fresh;
    } catch (error) {
      const twin = await items.findByKey(fresh, fresh.key);
      throw error instanceof ConflictError && twin ? this.#duplicate(twin) : error;
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

  #duplicate(item: T): ConflictError {
    return new ConflictError(this.kind.duplicate(item), { [`${this.kind.noun}Id`]: item.id });
  }

  #notFound(id: string): NotFoundError {
    return new NotFoundError(`no such ${this.kind.noun}`, { [`${this.kind.noun}Id`]: id });
  }
}
