import type { ScanRun } from '../../../../contract/orchestration.js';
import type {
  InventoryTarget,
  NewTarget,
  TargetKind,
  TargetScanOptions,
} from '../../../../contract/web-targets.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError } from '../../../platform/errors.js';
import {
  causedBy,
  type FollowedScan,
  hasResults,
  type Inventory,
  type InventoryKind,
  isNewer,
  type ScanImports,
} from '../../orchestration/index.js';
import { newTarget } from './new-target.js';
import type { TargetFindings } from './target-findings.js';
import { formOf, givenBy, requestOf, type TargetForm } from './target-form.rules.js';
import type { StoredTarget, TargetsRepository } from './targets.repository.js';

export interface WebSecurityDeps {
  inventory: Inventory<StoredTarget>;
  targets: TargetsRepository;
  findings: TargetFindings;
  imports: Pick<ScanImports, 'of'>;
  clock: Clock;
  newId: NewId;
}

const MAX_ACCOUNTS = 2_048;

/** How the inventory names targets. */
export const TARGET: InventoryKind<StoredTarget> = {
  noun: 'target',
  facts: ({ kind, name }) => ({ kind, name }),
  duplicate: ({ id, name }) => `the target is in the inventory already: ${name} (${id})`,
  renewed: ({ name, searchText }) => ({ name, searchText }),
};

/** The team's web sites and networks, added by people or by scans, and the results of their scans. */
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
    return { ...page, items: await findings.addTo(scope, page.items) };
  }

  async get(scope: TeamScope, targetId: string) {
    const { inventory, findings } = this.deps;
    const target = await inventory.get(scope, targetId);
    const [shown] = await findings.addTo(scope, [target]);
    const scans = await inventory.pastScans(scope, target);
    return { ...(shown as InventoryTarget), scans };
  }

  /** Throws InvalidInputError for an invalid target, ConflictError for a target in the inventory. */
  async add(actor: Actor, given: NewTarget): Promise<InventoryTarget> {
    const { inventory, findings, clock } = this.deps;
    const fresh = newTarget(this.deps.newId, actor, checkedForm(given), {
      name: given.name,
      addedBy: 'person',
      addedAt: clock.now().toISOString(),
    });
    const added = await inventory.add(actor, fresh);
    const [shown] = await findings.addTo(actor, [added]);
    return shown as InventoryTarget;
  }

  /** Throws ConflictError that names the running scan. */
  async scan(actor: Actor, targetId: string, options: TargetScanOptions): Promise<ScanRun> {
    const { inventory } = this.deps;
    const target = await inventory.get(actor, targetId);
    const scan = await inventory.startScan(actor, target, requestOf(target, options), options);
    await this.take(actor, scan);
    return scan;
  }

  /** Findings and scans stay. */
  delete(actor: Actor, targetId: string): Promise<{ id: string }> {
    return this.deps.inventory.remove(actor, targetId);
  }

  /** Records a scan of a target that has started or ended. Idempotent, in any order. */
  async take(scope: TeamScope, scan: FollowedScan): Promise<void> {
    const given = givenBy(scan.request);
    if (!given) return;
    const added = { addedBy: 'scan', addedAt: scan.createdAt } as const;
    const fresh = newTarget(this.deps.newId, scope, formOf(given), added);
    const { inventory } = this.deps;
    const target = await inventory.joined(scope, causedBy(scan), fresh);
    if (!target) return;
    const accounts = await this.#accountsBy(scope, target, scan);
    await inventory.follow(scope, target, scan, { accounts });
  }

  /** Nmap scans addresses, so findings of a name are stored under its addresses, which the report names. */
  async #accountsBy(
    scope: TeamScope,
    target: StoredTarget,
    scan: FollowedScan,
  ): Promise<StoredTarget['accounts']> {
    const { kind, accounts } = target;
    if (kind !== 'network' || !hasResults(scan) || !isNewer(target, scan)) return accounts;
    const all = new Set(accounts);
    const reports = await this.deps.imports.of(scope, scan.id);
    for (const account of reports.flatMap((report) => report.accounts)) {
      const [, id] = /^network\/(.+)$/.exec(account) ?? [];
      if (id && all.size < MAX_ACCOUNTS) all.add(id);
    }
    return [...all];
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
