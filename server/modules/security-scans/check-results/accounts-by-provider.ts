import { inParts } from '../../../platform/database/in-parts.js';
import type { Account } from '../security-scans.events.js';

/** As many accounts of a provider as one query may name. */
export interface NamedAccounts {
  provider: string;
  accountIds: string[];
}

/** Accounts as few queries ask for them: a network scan has one per host. */
export function byProvider(accounts: readonly Account[]): NamedAccounts[] {
  const found = new Map<string, string[]>();
  for (const { provider, accountId } of accounts) {
    const ids = found.get(provider);
    if (ids) ids.push(accountId);
    else found.set(provider, [accountId]);
  }
  return [...found].flatMap(([provider, ids]) =>
    [...inParts(ids)].map((accountIds) => ({ provider, accountIds })),
  );
}
