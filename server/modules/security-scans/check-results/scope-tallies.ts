import type { TeamScope } from '../../../platform/database/collection.js';
import type { Account, ChangedChecks } from '../security-scans.events.js';
import type { CheckResultsRepository, Tally } from './check-results.repository.js';
import type { CheckScope, ScopesRepository } from './scopes.repository.js';

/** Every account of these, once. */
export function accountsOf(items: readonly Account[]): Account[] {
  const accounts = new Map<string, Account>();
  for (const { provider, accountId } of items) {
    accounts.set([provider, accountId].join('\u0000'), { provider, accountId });
  }
  return [...accounts.values()];
}

/** Names a check in one account and region, within a tool. */
export function scopeKey(of: {
  checkId: string;
  provider: string;
  accountId: string;
  region: string;
}): string {
  return [of.checkId, of.provider, of.accountId, of.region].join('\u0000');
}

export function talliesByScope(tallies: readonly Tally[]): Map<string, CheckScope['tallies']> {
  const scopes = new Map<string, CheckScope['tallies']>();
  for (const { standing, severity, exempt, count, ...scope } of tallies) {
    const list = scopes.get(scopeKey(scope)) ?? [];
    list.push({ standing, severity, exempt, count });
    scopes.set(scopeKey(scope), list);
  }
  return scopes;
}

/**
 * Counts the results of these checks in these accounts (all when not given) anew into their scopes; answers the
 * checks whose scopes were wrong. An import that looks at a scope meanwhile, in whatever process, counts it itself.
 */
export async function recountScopes(
  parts: { results: CheckResultsRepository; scopes: ScopesRepository },
  team: TeamScope,
  where?: ChangedChecks,
): Promise<string[]> {
  const scopes = await (where ? parts.scopes.listIn(team, where) : parts.scopes.list(team));
  const corrected = new Set<string>();
  for (const tool of new Set(scopes.map((scope) => scope.tool))) {
    const counted = talliesByScope(await parts.results.tallies(team, tool, where));
    for (const scope of scopes.filter((item) => item.tool === tool)) {
      const tallies = counted.get(scopeKey(scope)) ?? [];
      if (JSON.stringify(tallies) === JSON.stringify(scope.tallies)) continue;
      if (await parts.scopes.correct(team, { ...scope, tallies })) corrected.add(scope.checkId);
    }
  }
  return [...corrected];
}
