import { getFindingFacets } from '../../contract/finding-groups.js';
import type { FindingFilter } from '../../contract/security-scans.js';
import { noneBySeverity, type SeverityCounts } from '../../contract/severity.js';
import type { Api } from './remote/api.js';

/** Filters by accounts as imports list them, `aws/123456789012`; null without any. */
export function filterByAccounts(accounts: Iterable<string>): FindingFilter | null {
  const pairs = [...new Set(accounts)].map((account) => {
    const at = account.indexOf('/');
    return { provider: account.slice(0, at), accountId: account.slice(at + 1) };
  });
  if (pairs.length === 0) return null;
  return {
    provider: [...new Set(pairs.map(({ provider }) => provider))],
    accountId: [...new Set(pairs.map(({ accountId }) => accountId))],
  };
}

export async function openBySeverity(
  api: Pick<Api, 'call'>,
  filter: FindingFilter,
): Promise<SeverityCounts> {
  const { severity } = await api.call(getFindingFacets, {
    query: { ...filter, status: ['open'] },
  });
  const counts = severity.map(({ value, count }) => [value, count]);
  return { ...noneBySeverity(), ...Object.fromEntries(counts) };
}
