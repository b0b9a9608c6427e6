import type {
  AccountProfile,
  EngineSettings,
  FrameworkScope,
  ScopeDefinition,
} from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { CheckMatchingService } from '../../mapping/index.js';
import type { EvidenceService, PlaceInScope } from '../../security-scans/index.js';
import type { AutonomousComplianceEngine } from '../engine/autonomous-compliance-engine.js';
import type { EngineRunsRepository } from '../engine/engine-runs.repository.js';
import { accountOf } from '../engine/tallies.rules.js';
import type { ScopingRepository, StoredFrameworkScope } from './scoping.repository.js';
import {
  DEFAULT_ENGINE_SETTINGS,
  providerOf,
  scopingOf,
  type TeamScoping,
} from './scoping.rules.js';

export interface ScopingDeps {
  scoping: ScopingRepository;
  catalogues: TeamCatalogues;
  evidence: EvidenceService;
  runs: Pick<EngineRunsRepository, 'get'>;
  matching: Pick<CheckMatchingService, 'reviewsVersion'>;
  engine: Pick<AutonomousComplianceEngine, 'catchUp'>;
  audit: Audit;
  clock: Clock;
}

const MOST_ACCOUNTS = 200;
const MOST_PROFILES = 20_000;

/** Reads what a team's controls are judged by. */
export async function readScoping(
  scoping: ScopingRepository,
  team: TeamScope,
  seen: readonly PlaceInScope[],
): Promise<TeamScoping> {
  const [settings, profiles, definitions] = await Promise.all([
    scoping.settings(team),
    scoping.profiles(team),
    scoping.scopes(team),
  ]);
  return scopingOf({ settings, profiles, definitions, seen });
}

/** Thresholds, account profiles and scopes of a team. Every change judges all controls anew. */
export class ScopingService {
  constructor(private readonly deps: ScopingDeps) {}

  /** The thresholds as they count, also those that the team has not changed. */
  async settings(team: TeamScope): Promise<EngineSettings> {
    return { ...DEFAULT_ENGINE_SETTINGS, ...(await this.deps.scoping.settings(team)) };
  }

  /**
   * Thresholds, a name for them with profiles and scopes, and the version of the team's reviews of matches.
   * `pending`: the stored states were judged by others, until the run has come to its end that follows
   * every change.
   */
  async judgedBy(team: TeamScope) {
    const { scoping, runs, matching } = this.deps;
    const [{ settings, version }, memory, current] = await Promise.all([
      readScoping(scoping, team, []),
      runs.get(team),
      matching.reviewsVersion(team),
    ]);
    const reviews = memory?.reviews ?? null;
    // A write that never came to its end is waited for by nobody.
    const isUnread = current !== null && reviews !== null && reviews !== current;
    const pending = isUnread || (memory?.scoping ?? version) !== version;
    return { settings, version, reviews, pending };
  }

  async changeSettings(actor: Actor, settings: EngineSettings): Promise<EngineSettings> {
    const { scoping, audit } = this.deps;
    const before = await this.settings(actor);
    await scoping.putSettings(actor, settings);
    await audit.record(actor, 'compliance.settings_changed', actor.teamId, { before, settings });
    await this.deps.engine.catchUp(actor);
    return settings;
  }

  /** Sorted by name, page by page; the cursor is the last name. */
  async accounts(actor: Actor, limit: number, cursor = '') {
    const all = await this.#accounts(actor);
    const rest = all.filter(({ account }) => account > cursor);
    const items = rest.slice(0, limit);
    return { items, nextCursor: rest.length > limit ? (items.at(-1)?.account ?? null) : null };
  }

  async profile(
    actor: Actor,
    { provider, accountId }: { provider: string; accountId: string },
    given: { environment: string | null; tags: readonly string[] },
  ): Promise<AccountProfile> {
    const { scoping, audit, engine, evidence } = this.deps;
    if (provider.includes('/')) throw invalid('params.provider', 'must not contain a slash');
    const account = accountOf({ provider, accountId });
    const known = await scoping.profiles(actor);
    if (known.length >= MOST_PROFILES && !known.some((each) => each.account === account)) {
      throw invalid('body', `there are ${MOST_PROFILES} account profiles already`);
    }
    const tags = [...new Set(given.tags)].sort();
    const profile = { account, provider, accountId, environment: given.environment, tags };
    await scoping.putProfile(actor, profile);
    await audit.record(actor, 'compliance.account_profiled', account, { ...profile });
    await engine.catchUp(actor);
    const seen = (await evidence.accounts(actor)).some((each) => accountOf(each) === account);
    return { ...profile, seen };
  }

  async removeProfile(actor: Actor, named: { provider: string; accountId: string }) {
    const { scoping, audit, engine } = this.deps;
    const account = accountOf(named);
    if (!(await scoping.removeProfile(actor, account))) {
      throw new NotFoundError('this account has no profile', { account });
    }
    await audit.record(actor, 'compliance.account_profile_removed', account);
    await engine.catchUp(actor);
    return { account };
  }

  async scopes(actor: Actor): Promise<FrameworkScope[]> {
    const { scoping, evidence } = this.deps;
    const [stored, seen] = await Promise.all([scoping.scopes(actor), evidence.accounts(actor)]);
    const team = await readScoping(scoping, actor, seen);
    return stored.map((each) => presented(each, team));
  }

  async setScope(
    actor: Actor,
    frameworkId: string,
    { include, exclude }: ScopeDefinition,
  ): Promise<FrameworkScope> {
    const { scoping, catalogues, audit, engine, clock, evidence } = this.deps;
    const { frameworks } = await catalogues.all(actor);
    if (!frameworks.has(frameworkId)) {
      throw new NotFoundError('no such framework', { frameworkId });
    }
    for (const [part, { accounts }] of Object.entries({ include, exclude })) {
      const at = accounts.findIndex((account) => providerOf(account) === '');
      if (at >= 0) throw invalid(`body.${part}.accounts.${at}`, 'must be provider/account');
    }
    const definition = { frameworkId, include, exclude };
    const changedAt = clock.now().toISOString();
    const stored = { ...definition, changedBy: actor.name, changedAt };
    await scoping.putScope(actor, stored);
    await audit.record(actor, 'compliance.scope_changed', frameworkId, { include, exclude });
    await engine.catchUp(actor);
    const team = await readScoping(scoping, actor, await evidence.accounts(actor));
    return presented(stored, team);
  }

  async removeScope(actor: Actor, frameworkId: string) {
    const { scoping, audit, engine } = this.deps;
    if (!(await scoping.removeScope(actor, frameworkId))) {
      throw new NotFoundError('this framework has no scope of its own', { frameworkId });
    }
    await audit.record(actor, 'compliance.scope_removed', frameworkId);
    await engine.catchUp(actor);
    return { frameworkId };
  }

  async #accounts(actor: Actor): Promise<AccountProfile[]> {
    const { scoping, evidence } = this.deps;
    const [profiles, seen] = await Promise.all([scoping.profiles(actor), evidence.accounts(actor)]);
    const all = new Map<string, AccountProfile>();
    for (const each of seen) {
      const account = accountOf(each);
      const { provider, accountId } = each;
      all.set(account, { account, provider, accountId, environment: null, tags: [], seen: true });
    }
    for (const { account, provider, accountId, environment, tags } of profiles) {
      const isSeen = all.has(account);
      all.set(account, { account, provider, accountId, environment, tags, seen: isSeen });
    }
    return [...all.values()].sort((a, b) => (a.account < b.account ? -1 : 1));
  }
}

function presented(
  {
    frameworkId,
    include,
    exclude,
    changedBy,
    changedAt,
  }: Omit<StoredFrameworkScope, 'id' | 'teamId'>,
  { scopes, scopeOf }: TeamScoping,
): FrameworkScope {
  const scopeId = scopeOf(frameworkId);
  const held = scopes.find(({ id }) => id === scopeId)?.accounts ?? [];
  return {
    frameworkId,
    include,
    exclude,
    scopeId,
    accounts: held.map(({ account }) => account).slice(0, MOST_ACCOUNTS),
    accountsTotal: held.length,
    changedBy,
    changedAt,
  };
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
}
