import type { FindingGroup } from '../../../../contract/finding-groups.js';
import type { Severity } from '../../../../contract/severity.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { FindingsRepository, ResolvedFilter } from './findings.repository.js';
import { rankOf } from './stored-finding.js';

/**
 * Findings by check, worst severity first, then most findings; the caller adds titles and services.
 * Counts twice, by check and account and by check and region: grouping by all three gives nearly as many
 * groups as there are findings.
 */
export async function countGroups(
  findings: FindingsRepository,
  scope: TeamScope,
  filter: ResolvedFilter,
): Promise<FindingGroup[]> {
  const [byAccount, byRegion] = await Promise.all([
    findings.groupCount(scope, filter, ['tool', 'checkId', 'severity', 'provider', 'accountId']),
    findings.groupCount(scope, filter, ['tool', 'checkId', 'region']),
  ]);
  const groups = new Map<string, { group: FindingGroup; accounts: Set<string> }>();
  for (const { key, count } of byAccount) {
    const [tool, checkId, severity, provider, accountId] = key as [
      string,
      string,
      Severity,
      string,
      string,
    ];
    const entry = groups.get(`${tool}/${checkId}`) ?? {
      group: { ...NOTHING, checkId, tool, title: checkId, severity },
      accounts: new Set(),
    };
    groups.set(`${tool}/${checkId}`, entry);
    entry.group.findings += count;
    entry.group.accounts = entry.accounts.add(`${provider}/${accountId}`).size;
    if (rankOf(severity) < rankOf(entry.group.severity)) entry.group.severity = severity;
  }
  for (const { key } of byRegion) {
    const entry = groups.get(`${key[0]}/${key[1]}`);
    if (entry) entry.group.regions += 1;
  }
  return [...groups.values()].map(({ group }) => group).sort(worstFirst);
}

const NOTHING = { service: '', findings: 0, accounts: 0, regions: 0 };

function worstFirst(a: FindingGroup, b: FindingGroup): number {
  return (
    rankOf(a.severity) - rankOf(b.severity) ||
    b.findings - a.findings ||
    (a.checkId < b.checkId ? -1 : 1)
  );
}
