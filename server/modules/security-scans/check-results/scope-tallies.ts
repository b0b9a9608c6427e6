import type { TeamScope } from '../../../platform/database/collection.js';
import type { CheckResultsRepository, Tally } from './check-results.repository.js';
import type { CheckScope, ScopesRepository } from './scopes.repository.js';

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

/** Counts the results of these checks (all when not given) anew into their scopes; answers the checks whose scopes changed. */
export async function recountScopes(
  parts: { results: CheckResultsRepository; scopes: ScopesRepository },
  team: TeamScope,
  checkIds?: readonly string[],
): Promise<string[]> {
  const scopes = await parts.scopes.list(team, checkIds);
  const changed: CheckScope[] = [];
  for (const tool of new Set(scopes.map((scope) => scope.tool))) {
    const tallies = talliesByScope(await parts.results.tallies(team, tool, checkIds));
    for (const scope of scopes.filter((item) => item.tool === tool)) {
      const fresh = tallies.get(scopeKey(scope)) ?? [];
      if (JSON.stringify(fresh) !== JSON.stringify(scope.tallies))
        changed.push({ ...scope, tallies: fresh });
    }
  }
  if (changed.length > 0) await parts.scopes.put(team, changed);
  return [...new Set(changed.map(({ checkId }) => checkId))];
}
