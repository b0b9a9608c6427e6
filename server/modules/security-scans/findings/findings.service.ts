import type { z } from 'zod';
import type { FindingFacets } from '../../../../contract/finding-groups.js';
import type {
  Finding,
  FindingFilter,
  FindingStatus,
  triageFinding,
} from '../../../../contract/security-scans.js';
import {
  noneBySeverity,
  type Severity,
  type SeverityCounts,
} from '../../../../contract/severity.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { countFacets } from './count-facets.js';
import { countGroups } from './count-groups.js';
import { openedAgain } from './ended-triage.rules.js';
import type { ResolvedFilter } from './findings.repository.js';
import { presentCheck, presentFinding } from './present-finding.js';
import { type FilterSources, resolveFilter } from './resolve-filter.js';
import type { EndedTriage, StoredFinding } from './stored-finding.js';
import type { TriageChange, TriageStore } from './triage-store.js';

export interface FindingsDeps {
  stores: ResultStores;
  imports: FilterSources['imports'];
  controlChecks: FilterSources['controlChecks'];
  triages: Pick<TriageStore, 'change'>;
  audit: Audit;
  clock: Clock;
}

/** A finding that is open again because an exception ended, with the exception's status, reason and actor. */
export interface EndedException extends EndedTriage {
  findingId: string;
  tool: string;
  checkId: string;
  title: string;
  severity: Severity;
  resourceName: string;
  /** ISO 8601 UTC. */
  endedAt: string;
}

const MAX_TRIAGE_MS = 366 * 24 * 3_600_000;

/** Findings of a team and their triage. */
export class FindingsService {
  constructor(private readonly deps: FindingsDeps) {}

  async list(actor: Actor, filter: FindingFilter, limit: number, cursor?: string) {
    const page = await this.deps.stores.findings.page(
      actor,
      await this.#resolved(actor, filter),
      limit,
      cursor,
    );
    return { ...page, items: await this.#present(actor, page.items) };
  }

  /** Every finding, in pages. The filter is checked before the first one. */
  async pages(
    actor: Actor,
    filter: FindingFilter,
    limit: number,
  ): Promise<AsyncIterable<Finding[]>> {
    const resolved = await this.#resolved(actor, filter);
    const read = (cursor: string | null) =>
      this.deps.stores.findings.page(actor, resolved, limit, cursor ?? undefined);
    const present = (items: readonly StoredFinding[]) => this.#present(actor, items);
    let page = await read(null);
    return (async function* () {
      yield await present(page.items);
      while (page.nextCursor !== null) {
        page = await read(page.nextCursor);
        yield await present(page.items);
      }
    })();
  }

  /** Findings by check, worst severity first, then most findings. */
  async groups(actor: Actor, filter: FindingFilter, limit: number) {
    const { findings: stored, checks } = this.deps.stores;
    const groups = await countGroups(stored, actor, await this.#resolved(actor, filter));
    const shown = groups.slice(0, limit);
    const known = new Map(
      (
        await checks.list(
          actor,
          shown.map(({ checkId }) => checkId),
        )
      ).map((item) => [`${item.tool}/${item.check.id}`, item.check]),
    );
    const items = shown.map((group) => {
      const check = known.get(`${group.tool}/${group.checkId}`);
      return check ? { ...group, title: check.title || check.id, service: check.service } : group;
    });
    const totalFindings = groups.reduce((sum, { findings }) => sum + findings, 0);
    return { items, totalFindings, totalGroups: groups.length };
  }

  /** Counts per value of each filter field, each within the other filters. */
  async facets(actor: Actor, filter: FindingFilter): Promise<FindingFacets> {
    return countFacets(this.deps.stores.findings, actor, await this.#resolved(actor, filter));
  }

  /** Counts open findings of a provider by account and severity: of these accounts, or of all. */
  async openByAccount(
    scope: TeamScope,
    provider: string,
    accountId?: string[],
  ): Promise<Map<string, SeverityCounts>> {
    const counts = new Map<string, SeverityCounts>();
    if (accountId?.length === 0) return counts;
    const filter: FindingFilter = { status: ['open'], provider: [provider], accountId };
    const { findings } = this.deps.stores;
    const groups = await findings.groupCount(scope, filter, ['accountId', 'severity']);
    for (const { key, count } of groups) {
      const [account, severity] = key as [string, Severity];
      const bySeverity = counts.get(account) ?? noneBySeverity();
      counts.set(account, { ...bySeverity, [severity]: count });
    }
    return counts;
  }

  async get(actor: Actor, findingId: string) {
    const { findings, checks } = this.deps.stores;
    const finding = await findings.get(actor, findingId);
    if (!finding) throw new NotFoundError('no such finding', { findingId });
    const [shown] = await this.#present(actor, [finding]);
    const known = await checks.find(actor, finding.tool, finding.checkId);
    return { ...(shown as Finding), check: presentCheck(finding, known) };
  }

  /** Stores a person's triage. It never makes a control pass; a false positive no longer counts at all. */
  async triage(
    actor: Actor,
    findingId: string,
    input: z.output<NonNullable<typeof triageFinding.body>>,
  ): Promise<Finding> {
    const { stores, triages, clock, audit } = this.deps;
    const now = clock.now();
    const finding = await stores.findings.get(actor, findingId);
    if (!finding) throw new NotFoundError('no such finding', { findingId });
    if (finding.status === 'resolved') {
      throw new ConflictError('the finding is already resolved', { findingId });
    }
    if (input.status !== 'open') checkExpiry(input.expiresAt, now);
    const { endedTriage: _, ...known } = finding;
    const decided: StoredFinding = {
      ...known,
      triagedAt: now.toISOString(),
      status: input.status,
      triage:
        input.status === 'open'
          ? null
          : {
              reason: maskSecrets(input.reason),
              actor: actor.name,
              at: now.toISOString(),
              expiresAt: input.expiresAt,
              byTool: false,
            },
      triageExpiresAt: input.status === 'open' ? null : input.expiresAt,
    };
    const [stored] = await triages.change(actor, [{ before: finding, after: decided }]);
    if (!stored) {
      throw new ConflictError('the finding was changed meanwhile; reload it', { findingId });
    }
    await audit.record(actor, `finding.${input.status}`, findingId, {
      from: finding.status,
      ...input,
    });
    const [shown] = await this.#present(actor, [stored]);
    return shown as Finding;
  }

  async hasExpiredTriage(scope: TeamScope): Promise<boolean> {
    const { stores, clock } = this.deps;
    return (await stores.findings.expired(scope, clock.now().toISOString(), 1)).length > 0;
  }

  /** Reopens findings whose triage by a person has expired; returns how many. The caller holds the results lease. */
  async expireTriage(scope: TeamScope, lease?: Pick<Lease, 'check'>): Promise<number> {
    const { stores, triages, clock, audit } = this.deps;
    let reopened = 0;
    for (;;) {
      const expired = await stores.findings.expired(scope, clock.now().toISOString());
      if (expired.length === 0) return reopened;
      lease?.check();
      const changes = expired.map((before): TriageChange => {
        return { before, after: { ...before, ...openedAgain(before), status: 'open' } };
      });
      const changed = new Set((await triages.change(scope, changes)).map(({ id }) => id));
      for (const { id, status } of expired) {
        if (!changed.has(id)) continue;
        await audit.record(
          { teamId: scope.teamId, userId: 'system' },
          'finding.triage_expired',
          id,
          { from: status },
        );
      }
      reopened += changed.size;
    }
  }

  /** Findings that are open again because their exception ended, without a new decision since. */
  async endedExceptions(scope: TeamScope): Promise<EndedException[]> {
    const { stores, clock } = this.deps;
    const found = await stores.findings.reopened(scope, clock.now().toISOString());
    return found.flatMap(({ id, tool, checkId, title, severity, resourceName, ...finding }) => {
      const { endedTriage, triageExpiresAt } = finding;
      if (!endedTriage || triageExpiresAt === null) return [];
      const identified = { findingId: id, tool, checkId, title, severity, resourceName };
      return [{ ...identified, ...endedTriage, endedAt: triageExpiresAt }];
    });
  }

  /** Finding id → status; unknown ids are left out. */
  async statuses(scope: TeamScope, ids: readonly string[]): Promise<Map<string, FindingStatus>> {
    const found = await this.deps.stores.findings.byId(scope, ids);
    return new Map([...found].map(([id, { status }]) => [id, status]));
  }

  #resolved(actor: Actor, filter: FindingFilter): Promise<ResolvedFilter> {
    const { stores, imports, controlChecks } = this.deps;
    return resolveFilter({ scopes: stores.scopes, imports, controlChecks }, actor, filter);
  }

  /** An open finding was last seen when its scope was: a repeated result is not written again. */
  async #present(scope: TeamScope, items: readonly StoredFinding[]): Promise<Finding[]> {
    const scopes = await this.deps.stores.scopes.byId(scope, [
      ...new Set(items.map(({ scopeId }) => scopeId)),
    ]);
    return items.map((item) => presentFinding(item, scopes.get(item.scopeId) ?? null));
  }
}

function checkExpiry(expiresAt: string, now: Date): void {
  const ms = Date.parse(expiresAt) - now.getTime();
  if (ms > 0 && ms <= MAX_TRIAGE_MS) return;
  const message = ms <= 0 ? 'must be in the future' : 'must be within a year';
  throw new InvalidInputError(`body.expiresAt: ${message}`, {
    errors: [{ path: 'body.expiresAt', message }],
  });
}
