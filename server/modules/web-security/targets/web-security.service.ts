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
import { InvalidInputError } from '../../../platform/errors.js';
import {
  type FollowedScan,
  hasResults,
  Inventory,
  isNews,
  noTrace,
  type Orchestration,
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

const MOST_ACCOUNTS = 2_048;

/** The team's web sites and networks: added by people or by being scanned, and how their scans went. */
export class WebSecurityService {
  readonly #inventory: Inventory<StoredTarget>;

  constructor(private readonly deps: WebSecurityDeps) {
    this.#inventory = new Inventory(
      { ...deps, items: deps.targets },
      {
        noun: 'target',
        facts: ({ kind, name }) => ({ kind, name }),
        isThere: ({ id, name }) => `the target is in the inventory already: ${name} (${id})`,
        renewed: ({ name, searchText }) => ({ name, searchText }),
      },
    );
  }

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
    const target = await this.#inventory.get(scope, targetId);
    const [shown] = await this.deps.findings.beside(scope, [target]);
    const scans = await this.#inventory.pastScans(scope, target);
    return { ...(shown as InventoryTarget), scans };
  }

  /** Throws InvalidInputError for what is no target, ConflictError for one that is there. */
  async add(actor: Actor, given: NewTarget): Promise<InventoryTarget> {
    const { findings, clock } = this.deps;
    const fresh = this.#newTarget(actor, checkedForm(given), {
      name: given.name,
      addedBy: 'person',
      addedAt: clock.now().toISOString(),
    });
    const added = await this.#inventory.add(actor, fresh);
    const [shown] = await findings.beside(actor, [added]);
    return shown as InventoryTarget;
  }

  /** Throws ConflictError that names the scan which is running. */
  async scan(actor: Actor, targetId: string, options: TargetScanOptions): Promise<ScanRun> {
    const { scans, audit } = this.deps;
    const target = await this.#inventory.get(actor, targetId);
    const scan = await scans.start(actor, requestOf(target, options));
    await audit.record(actor, 'target.scanned', targetId, { scanId: scan.id, ...options });
    await this.take(actor, scan);
    return scan;
  }

  /** Findings and scans stay. */
  delete(actor: Actor, targetId: string): Promise<{ id: string }> {
    return this.#inventory.remove(actor, targetId);
  }

  /** A scan of a target has begun or ended. Twice is as good as once, in any order. */
  async take(scope: TeamScope, scan: FollowedScan): Promise<void> {
    const given = givenBy(scan.request);
    if (!given) return;
    const added = { addedBy: 'scan', addedAt: scan.createdAt } as const;
    const fresh = this.#newTarget(scope, formOf(given), added);
    const target = await this.#inventory.joined(scope, scan, fresh);
    if (!target) return;
    const accounts = await this.#accountsBy(scope, target, scan);
    await this.#inventory.follow(scope, target, scan, { accounts });
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
