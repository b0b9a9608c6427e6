import type {
  AccountProfile,
  FrameworkScope,
  ScopeDefinition,
} from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { EvidenceService } from '../../security-scans/index.js';
import type { AutonomousComplianceEngine } from '../engine/autonomous-compliance-engine.js';
import { accountOf } from '../engine/tallies.rules.js';
import { readScoping } from './read-scoping.js';
import type { ScopingRepository } from './scoping.repository.js';
import { providerOf, type TeamScoping } from './scoping.rules.js';
import type { StoredFrameworkScope } from './stored-scopes.js';

export interface ScopingDeps {
  scoping: ScopingRepository;
  catalogues: TeamCatalogues;
  evidence: EvidenceService;
  engine: Pick<AutonomousComplianceEngine, 'catchUp' | 'expect'>;
  audit: Audit;
  clock: Clock;
}

const MAX_ACCOUNTS = 200;
const MAX_PROFILES = 20_000;

/** Account profiles and framework scopes of a team. Every change re-evaluates all controls. */
export class ScopingService {
  constructor(private readonly deps: ScopingDeps) {}

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
    if (known.length >= MAX_PROFILES && !known.some((each) => each.account === account)) {
      throw invalid('body', `there are ${MAX_PROFILES} account profiles already`);
    }
    const tags = [...new Set(given.tags)].sort();
    const profile = { account, provider, accountId, environment: given.environment, tags };
    await engine.expect(actor);
    await scoping.putProfile(actor, profile);
    await audit.record(actor, 'compliance.account_profiled', account, { ...profile });
    await engine.catchUp(actor);
    const seen = (await evidence.accounts(actor)).some((each) => accountOf(each) === account);
    return { ...profile, seen };
  }

  async removeProfile(actor: Actor, named: { provider: string; accountId: string }) {
    const { scoping, audit, engine } = this.deps;
    const account = accountOf(named);
    await engine.expect(actor);
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
    await engine.expect(actor);
    await scoping.putScope(actor, stored);
    await audit.record(actor, 'compliance.scope_changed', frameworkId, { include, exclude });
    await engine.catchUp(actor);
    const team = await readScoping(scoping, actor, await evidence.accounts(actor));
    return presented(stored, team);
  }

  async removeScope(actor: Actor, frameworkId: string) {
    const { scoping, audit, engine } = this.deps;
    await engine.expect(actor);
    if (!(await scoping.removeScope(actor, frameworkId))) {
      throw new NotFoundError('this framework has no scope', { frameworkId });
    }
    await audit.record(actor, 'compliance.scope_removed', frameworkId);
    await engine.catchUp(actor);
    return { frameworkId };
  }

  async #accounts(actor: Actor): Promise<AccountProfile[]> {
    const { scoping, evidence } = this.deps;
    const [profiles, stated, seen] = await Promise.all([
      scoping.profiles(actor),
      scoping.regions(actor),
      evidence.accounts(actor),
    ]);
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
    for (const { account, provider, accountId, regions } of stated) {
      const known = all.get(account);
      const unseen = { account, provider, accountId, environment: null, tags: [], seen: false };
      all.set(account, { ...(known ?? unseen), regions });
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
  const places = scopes.find(({ id }) => id === scopeId)?.accounts ?? [];
  const scopeAccounts = places.filter(({ within }) => within === undefined);
  return {
    frameworkId,
    include,
    exclude,
    scopeId,
    accounts: scopeAccounts.map(({ account }) => account).slice(0, MAX_ACCOUNTS),
    accountsTotal: scopeAccounts.length,
    changedBy,
    changedAt,
  };
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
}
