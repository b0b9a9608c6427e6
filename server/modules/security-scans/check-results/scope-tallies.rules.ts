import type { Account } from '../security-scans.events.js';
import type { Tally } from './check-result.js';
import type { CheckScope } from './check-scope.js';

/** The accounts of these items, each once. */
export function accountsOf(items: readonly Account[]): Account[] {
  const accounts = new Map<string, Account>();
  for (const { provider, accountId } of items) {
    accounts.set([provider, accountId].join('\u0000'), { provider, accountId });
  }
  return [...accounts.values()];
}

/** Identifies a check in one account and region, within a tool. */
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
  for (const { standing, severity, exempt, ofAccount, count, ...scope } of tallies) {
    const list = scopes.get(scopeKey(scope)) ?? [];
    list.push({ standing, severity, exempt, ...(ofAccount && { ofAccount }), count });
    scopes.set(scopeKey(scope), list);
  }
  return scopes;
}
