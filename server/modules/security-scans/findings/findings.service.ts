import type { z } from 'zod';
import type {
  Finding,
  FindingFacets,
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
import type { Events } from '../../../platform/events/events.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { CheckResultsRepository } from '../check-results/check-results.repository.js';
import { accountsOf, recountScopes } from '../check-results/scope-tallies.js';
import type { ScopesRepository } from '../check-results/scopes.repository.js';
import type { ChecksRepository } from '../checks/checks.repository.js';
import { findingTriaged } from '../security-scans.events.js';
import { openedAgain } from './ended-triage.rules.js';
import { countFacets } from './finding-facets.js';
import { countGroups } from './finding-groups.js';
import { standingOf } from './finding-life.rules.js';
import type { EndedTriage, FindingsRepository, StoredFinding } from './findings.repository.js';
import { present, presentCheck } from './present-finding.js';

export interface FindingsDeps {
  findings: FindingsRepository;
  results: CheckResultsRepository;
  scopes: ScopesRepository;
  checks: ChecksRepository;
  audit: Audit;
  events: Events;
  clock: Clock;
}

/** A finding that is open again, and the exception that ended: what it was, why and by whom. */
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

const LONGEST_TRIAGE_MS = 366 * 24 * 3_600_000;

/** What the tools hold against a team, and what the team says to it. */
export class FindingsService {
  constructor(private readonly deps: FindingsDeps) {}

  async list(actor: Actor, filter: FindingFilter, limit: number, cursor?: string) {
    const page = await this.deps.findings.page(actor, orOpen(filter), limit, cursor);
    return { ...page, items: await this.#present(actor, page.items) };
  }

  /** Findings by check, worst severity first, then most findings. */
  async groups(actor: Actor, filter: FindingFilter, limit: number) {
    const groups = await countGroups(this.deps.findings, actor, orOpen(filter));
    const shown = groups.slice(0, limit);
    const known = new Map(
      (
        await this.deps.checks.list(
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
  facets(actor: Actor, filter: FindingFilter): Promise<FindingFacets> {
    return countFacets(this.deps.findings, actor, orOpen(filter));
  }

  /** How many open findings each account of a provider has, by severity: of these accounts, or of all. */
  async openByAccount(
    scope: TeamScope,
    provider: string,
    accountId?: string[],
  ): Promise<Map<string, SeverityCounts>> {
    const counts = new Map<string, SeverityCounts>();
    if (accountId?.length === 0) return counts;
    const filter: FindingFilter = { status: ['open'], provider: [provider], accountId };
    const groups = await this.deps.findings.groupCount(scope, filter, ['accountId', 'severity']);
    for (const { key, count } of groups) {
      const [account, severity] = key as [string, Severity];
      const its = counts.get(account) ?? noneBySeverity();
      counts.set(account, { ...its, [severity]: count });
    }
    return counts;
  }

  async get(actor: Actor, findingId: string) {
    const { findings, checks } = this.deps;
    const finding = await findings.get(actor, findingId);
    if (!finding) throw new NotFoundError('no such finding', { findingId });
    const [shown] = await this.#present(actor, [finding]);
    const known = await checks.find(actor, finding.tool, finding.checkId);
    return { ...(shown as Finding), check: presentCheck(finding, known) };
  }

  /** A person's word on a finding. It never makes a control pass; a false positive no longer counts at all. */
  async triage(
    actor: Actor,
    findingId: string,
    input: z.output<NonNullable<typeof triageFinding.body>>,
  ): Promise<Finding> {
    const { findings, clock, audit } = this.deps;
    const now = clock.now();
    const finding = await findings.get(actor, findingId);
    if (!finding) throw new NotFoundError('no such finding', { findingId });
    if (finding.status === 'resolved') {
      throw new ConflictError('the finding is resolved: there is nothing left to decide', {
        findingId,
      });
    }
    if (input.status !== 'open') checkExpiry(input.expiresAt, now);
    const { endedTriage: _, ...known } = finding;
    const decided: StoredFinding = {
      ...known,
      status: input.status,
      triage:
        input.status === 'open'
          ? null
          : {
              reason: input.reason,
              actor: actor.name,
              at: now.toISOString(),
              expiresAt: input.expiresAt,
              byTool: false,
            },
      triageExpiresAt: input.status === 'open' ? null : input.expiresAt,
    };
    await this.#store(actor, [decided]);
    await audit.record(actor, `finding.${input.status}`, findingId, {
      from: finding.status,
      ...input,
    });
    const [shown] = await this.#present(actor, [decided]);
    return shown as Finding;
  }

  /** Opens findings again whose triage by a person has run out; answers how many. For who holds the team's results. */
  async expireTriage(scope: TeamScope, lease?: Pick<Lease, 'check'>): Promise<number> {
    const { findings, clock, audit } = this.deps;
    let reopened = 0;
    for (;;) {
      const expired = await findings.expired(scope, clock.now().toISOString());
      if (expired.length === 0) return reopened;
      lease?.check();
      await this.#store(
        scope,
        expired.map((finding) => ({ ...finding, ...openedAgain(finding), status: 'open' })),
      );
      for (const { id, status } of expired) {
        await audit.record(
          { teamId: scope.teamId, userId: 'system' },
          'finding.triage_expired',
          id,
          { from: status },
        );
      }
      reopened += expired.length;
    }
  }

  /** What was excepted, is open again because the exception ended, and was not decided anew. */
  async endedExceptions(scope: TeamScope): Promise<EndedException[]> {
    const { findings, clock } = this.deps;
    const found = await findings.reopened(scope, clock.now().toISOString());
    return found.flatMap(({ id, tool, checkId, title, severity, resourceName, ...finding }) => {
      const { endedTriage, triageExpiresAt } = finding;
      if (!endedTriage || triageExpiresAt === null) return [];
      const about = { findingId: id, tool, checkId, title, severity, resourceName };
      return [{ ...about, ...endedTriage, endedAt: triageExpiresAt }];
    });
  }

  /** Finding id → status, of those that there are. */
  async statuses(scope: TeamScope, ids: readonly string[]): Promise<Map<string, FindingStatus>> {
    const found = await this.deps.findings.byId(scope, ids);
    return new Map([...found].map(([id, { status }]) => [id, status]));
  }

  async #store(scope: TeamScope, decided: StoredFinding[]): Promise<void> {
    const { findings, results, scopes, events } = this.deps;
    await findings.put(scope, decided);
    const known = await results.byId(
      scope,
      decided.map(({ id }) => id),
    );
    const restanding = decided.flatMap((finding) => {
      const result = known.get(finding.id);
      return result
        ? [
            {
              ...result,
              standing: standingOf(result, finding.status),
              exempt: finding.status === 'suppressed' || finding.status === 'accepted',
            },
          ]
        : [];
    });
    await results.put(scope, restanding);
    const checkIds = [...new Set(decided.map(({ checkId }) => checkId))];
    await recountScopes({ results, scopes }, scope, { checkIds, accounts: accountsOf(decided) });
    for (const finding of decided) {
      await events.emit(findingTriaged, {
        teamId: scope.teamId,
        findingId: finding.id,
        checkIds: [finding.checkId],
        accounts: accountsOf([finding]),
      });
    }
  }

  /** An open finding was last seen when its scope last was; results that repeat are not written again. */
  async #present(scope: TeamScope, items: readonly StoredFinding[]): Promise<Finding[]> {
    const scopes = await this.deps.scopes.byId(scope, [
      ...new Set(items.map(({ scopeId }) => scopeId)),
    ]);
    return items.map((item) => present(item, scopes.get(item.scopeId) ?? null));
  }
}

function checkExpiry(expiresAt: string, now: Date): void {
  const ms = Date.parse(expiresAt) - now.getTime();
  if (ms > 0 && ms <= LONGEST_TRIAGE_MS) return;
  const message = ms <= 0 ? 'must lie in the future' : 'must lie within a year';
  throw new InvalidInputError(`body.expiresAt: ${message}`, {
    errors: [{ path: 'body.expiresAt', message }],
  });
}

function orOpen(filter: FindingFilter): FindingFilter {
  return filter.status?.length ? filter : { ...filter, status: ['open'] };
}
