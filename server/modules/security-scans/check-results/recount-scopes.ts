import type { TeamScope } from '../../../platform/database/collection.js';
import type { ChangedChecks } from '../security-scans.events.js';
import type { ResultStores } from './result-stores.js';
import { scopeKey, talliesByScope } from './scope-tallies.rules.js';

/**
 * Recounts the results of these checks in these accounts (all when not given) into their scopes; returns the
 * checks whose scopes were wrong. A scope that an import of any process covers meanwhile is left to that import.
 */
export async function recountScopes(
  stores: Pick<ResultStores, 'results' | 'scopes'>,
  team: TeamScope,
  where?: ChangedChecks,
): Promise<string[]> {
  const scopes = await (where ? stores.scopes.listIn(team, where) : stores.scopes.list(team));
  const corrected = new Set<string>();
  for (const tool of new Set(scopes.map((scope) => scope.tool))) {
    const counted = talliesByScope(await stores.results.tallies(team, tool, where));
    for (const scope of scopes.filter((item) => item.tool === tool)) {
      const tallies = counted.get(scopeKey(scope)) ?? [];
      if (JSON.stringify(tallies) === JSON.stringify(scope.tallies)) continue;
      if (await stores.scopes.correct(team, { ...scope, tallies })) corrected.add(scope.checkId);
    }
  }
  return [...corrected];
}
