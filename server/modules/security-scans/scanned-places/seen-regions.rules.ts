import { regionOf } from '../../../../contract/regions.js';
import type { ReportedRegion } from '../check-results/check-scope.js';
import type { Account } from '../security-scans.events.js';

/**
 * Services that an account has only once. Their results name the region of the run or a fixed one, so they show
 * nothing of that region: of AWS, Google Cloud, Alibaba Cloud, Oracle Cloud and Azure.
 */
const WITHOUT_REGION = [
  ...[
    'account',
    'apikeys',
    'audit',
    'cloudfront',
    'cloudguard',
    'entra',
    'fms',
    'globalaccelerator',
  ],
  ...['iam', 'identity', 'organizations', 'ram', 'route53', 'securitycenter', 'shield', 'support'],
  ...['trustedadvisor', 'waf'],
];

/** How the ids of their checks begin: `iam_…` of Prowler, `IAM.…` of Security Hub. */
const BEGINNINGS: readonly string[] = [
  ...WITHOUT_REGION.flatMap((service) => [`${service}_`, `${service.toUpperCase()}.`]),
  ...['CloudFront.', 'Account.', 'Route53.'],
  's3_account_level_',
];

export function isAccountWide(checkId: string): boolean {
  return BEGINNINGS.some((beginning) => checkId.startsWith(beginning));
}

/** How many tools may report checks of the same id. */
const MAX_TOOLS = 3;

/** Accounts with a region of so few checks that all of them may be account-wide: this many of these are known. */
export function unsureAccounts(reported: readonly ReportedRegion[], known: number): string[] {
  const most = known * MAX_TOOLS;
  const unsure = reported.filter(({ region, count }) => region !== '' && count <= most);
  return [...new Set(unsure.map(({ accountId }) => accountId))];
}

/** The regions of each account that results show to be looked at, sorted. */
export function seenRegions(
  reported: readonly ReportedRegion[],
  accountWide: readonly ReportedRegion[],
  scanned: readonly (Account & { region: string })[],
): (account: Account) => readonly string[] {
  const notOfRegion = new Map(accountWide.map((each) => [keyOf(each, each.region), each.count]));
  const seen = new Map<string, Set<string>>();
  const add = (account: Account, region: string) => {
    const known = regionOf(account.provider, region);
    if (known === null) return;
    const regions = seen.get(keyOf(account)) ?? new Set();
    seen.set(keyOf(account), regions.add(known));
  };
  for (const each of reported) {
    if (each.count > (notOfRegion.get(keyOf(each, each.region)) ?? 0)) add(each, each.region);
  }
  for (const each of scanned) add(each, each.region);
  const sorted = new Map([...seen].map(([key, regions]) => [key, [...regions].sort()]));
  return (account) => sorted.get(keyOf(account)) ?? [];
}

function keyOf({ provider, accountId }: Account, region = ''): string {
  return [provider, region, accountId].join('/');
}

/** Each account once, in the given order. */
export function accountsIn(reported: readonly Account[]): Account[] {
  const found = new Map<string, Account>();
  for (const { provider, accountId } of reported) {
    found.set(keyOf({ provider, accountId }), { provider, accountId });
  }
  return [...found.values()];
}
