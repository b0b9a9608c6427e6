import type { ScanRun } from '../../../../contract/orchestration.js';
import type {
  InventoryTarget,
  NewTarget,
  TargetKind,
  TargetScanOptions,
} from '../../../../contract/web-targets.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import {
  type FollowedScan,
  hasResults,
  isNews,
  noTrace,
  type Orchestration,
  pastScanOf,
  traceSteps,
} from '../../orchestration/index.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { TargetFindings } from './target-findings.js';
import { formOf, givenBy, requestOf, type TargetForm } from './target-form.rules.js';
import type { StoredTarget, TargetsRepository } from './targets.repository.js';

export interface WebSecurityDeps {
  targets: TargetsRepository;
  findings: TargetFindings;
  scans: Pick<Orchestration['scans'], 'start' | 'get' | 'list'>;
  imports: Pick<SecurityScans['imports'], 'get'>;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

const HISTORY = 20;
const MOST_ACCOUNTS = 2_048;

/** The team's web sites and networks: added by people or by being scanned, and how their scans went. */
export class WebSecurityService {
  constructor(private readonly deps: WebSecurityDeps) {}

  async list(
    scope: TeamScope,
    filter: { q?: string; kind?: TargetKind[] },
    limit: number,
    cursor?: string,
  ): Promise<Page<InventoryTarget>> {
    const { targets, findings } = this.deps;
    const page = await targets.page(scope, filter, limit, cursor);
    return { ...page, items: await findings.beside(scope, page.items) };
  }

  async get(scope: TeamScope, targetId: string) {
    const { findings, scans } = this.deps;
    const target = await this.#stored(scope, targetId);
    const [shown] = await findings.beside(scope, [target]);
    const past =
      target.targetKey === null
        ? []
        : (await scans.list(scope, { target: target.targetKey }, HISTORY)).items;
    return { ...(shown as InventoryTarget), scans: past.map(pastScanOf) };
  }

  /** Throws InvalidInputError for what is no target, ConflictError for one that is there. */
  async add(actor: Actor, given: NewTarget): Promise<InventoryTarget> {
    const { targets, findings, audit, clock } = this.deps;
    const fresh = this.#newTarget(actor, checkedForm(given), {
      name: given.name,
      addedBy: 'person',
      addedAt: clock.now().toISOString(),
    });
    const known = await targets.findByKey(actor, fresh.key);
    if (known?.removedAt === null) throw isThere(known);
    const added = known ? await this.#revive(known, fresh) : await this.#insert(fresh);
    await audit.record(actor, 'target.added', added.id, { kind: added.kind, name: added.name });
    const [shown] = await findings.beside(actor, [added]);
    return shown as InventoryTarget;
  }

  /** Throws ConflictError that names the scan which is running. */
  async scan(actor: Actor, targetId: string, options: TargetScanOptions): Promise<ScanRun> {
    const { scans, audit } = this.deps;
    const target = await this.#stored(actor, targetId);
    const scan = await scans.start(actor, requestOf(target, options));
    await audit.record(actor, 'target.scanned', targetId, { scanId: scan.id, ...options });
    await this.take(actor, scan);
    return scan;
  }

  /** Findings and scans stay. */
  async delete(actor: Actor, targetId: string): Promise<{ id: string }> {
    const { targets, audit, clock } = this.deps;
    const { kind, name } = await this.#stored(actor, targetId);
    const removedAt = clock.now().toISOString();
    const gone = await targets.update(actor, targetId, { removedAt }, { removedAt: null });
    if (!gone) throw new NotFoundError('no such target', { targetId });
    await audit.record(actor, 'target.removed', targetId, { kind, name });
    return { id: targetId };
  }

  /** A scan of a target has begun or ended. Twice is as good as once, in any order. */
  async take(scope: TeamScope, scan: FollowedScan): Promise<void> {
    const given = givenBy(scan.request);
    if (!given) return;
    const target = await this.#joined(scope, scan, formOf(given));
    if (!target) return;
    const accounts = await this.#accountsBy(scope, target, scan);
    for (const { set, only } of traceSteps(scan)) {
      const more = set.lastScan ? { accounts } : {};
      const still = { ...only, removedAt: null };
      await this.deps.targets.update(scope, target.id, { ...set, ...more }, still);
    }
  }

  /** Null when a person has removed the target since the scan was asked for. */
  async #joined(
    scope: TeamScope,
    scan: FollowedScan,
    form: TargetForm,
  ): Promise<StoredTarget | null> {
    const { targets, audit } = this.deps;
    const known = await targets.findByKey(scope, form.key);
    if (known?.removedAt === null) return known;
    if (known?.removedAt && scan.createdAt <= known.removedAt) return null;
    const fresh = this.#newTarget(scope, form, { addedBy: 'scan', addedAt: scan.createdAt });
    try {
      const added = known ? await this.#revive(known, fresh) : await this.#insert(fresh);
      const actor = { teamId: scope.teamId, userId: scan.requestedBy };
      const { kind, name } = added;
      await audit.record(actor, 'target.added', added.id, { kind, name, scanId: scan.id });
      return added;
    } catch (error) {
      if (error instanceof ConflictError) return targets.findByKey(scope, form.key); // just joined
      throw error;
    }
  }

  /** Nmap is pointed at addresses, so what it finds behind a name is filed under these: its report tells which. */
  async #accountsBy(
    scope: TeamScope,
    target: StoredTarget,
    scan: FollowedScan,
  ): Promise<StoredTarget['accounts']> {
    const { scans, imports } = this.deps;
    const { kind, accounts } = target;
    if (kind !== 'network' || !hasResults(scan) || !isNews(target, scan)) return accounts;
    const all = new Set(accounts);
    for (const { importId } of (await scans.get(scope, scan.id)).subJobs) {
      if (importId === null) continue;
      for (const account of (await imports.get(scope, importId)).accounts) {
        const [, id] = /^network\/(.+)$/.exec(account) ?? [];
        if (id && all.size < MOST_ACCOUNTS) all.add(id);
      }
    }
    return [...all];
  }

  async #stored(scope: TeamScope, targetId: string): Promise<StoredTarget> {
    const target = await this.deps.targets.get(scope, targetId);
    if (!target) throw new NotFoundError('no such target', { targetId });
    return target;
  }

  async #insert(target: StoredTarget): Promise<StoredTarget> {
    try {
      await this.deps.targets.add(target);
      return target;
    } catch (error) {
      const twin = await this.deps.targets.findByKey(target, target.key);
      throw error instanceof ConflictError && twin ? isThere(twin) : error;
    }
  }

  async #revive(known: StoredTarget, fresh: StoredTarget): Promise<StoredTarget> {
    const { addedBy, addedAt, name, searchText } = fresh;
    const set = { removedAt: null, addedBy, addedAt, name, searchText };
    const only = { removedAt: known.removedAt };
    const revived = await this.deps.targets.update(known, known.id, set, only);
    if (!revived) throw isThere(known);
    return revived;
  }

  #newTarget(
    { teamId }: TeamScope,
    { label, ...form }: TargetForm,
    { name = label, ...added }: Pick<StoredTarget, 'addedBy' | 'addedAt'> & { name?: string },
  ): StoredTarget {
    return {
      ...{ id: this.deps.newId('tgt'), teamId, name, removedAt: null },
      ...form,
      ...added,
      ...noTrace(),
      searchText: [name, form.url ?? '', ...form.hosts].join('\n').toLowerCase(),
    };
  }
}

function checkedForm(given: NewTarget): TargetForm {
  try {
    return formOf(given);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const path = given.kind === 'web' ? 'body.url' : 'body.hosts';
    const { message } = error;
    throw new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
  }
}

function isThere({ id, name }: StoredTarget): ConflictError {
  return new ConflictError(`the target is in the inventory already: ${name} (${id})`, {
    targetId: id,
  });
}
