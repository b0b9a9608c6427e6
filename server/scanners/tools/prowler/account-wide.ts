/**
 * Services of AWS that an account has once. Prowler asks each of them in whatever region a run is for
 * and puts that region on the results, so that a run per region would find everything as many times
 * (seen with Prowler 5.46: in its sources none of these asks more than one region).
 */
export const ACCOUNT_WIDE_SERVICES: ReadonlySet<string> = new Set([
  'account',
  'cloudfront',
  'fms',
  'iam',
  'organizations',
  'route53',
  'shield',
  'trustedadvisor',
]);

/**
 * True for a check of something that an account has once, whatever region a run is for. The list of buckets is
 * the account's too; each bucket has a region of its own.
 */
export function isAccountWide({ id, service }: { id: string; service: string }): boolean {
  const [prefix = ''] = id.split('_', 1);
  return (
    ACCOUNT_WIDE_SERVICES.has(service.toLowerCase()) ||
    ACCOUNT_WIDE_SERVICES.has(prefix) ||
    id.startsWith('s3_account_level_')
  );
}

/** Where they are looked at: always the same, or their results would seem to be others. */
export function homeRegion(regions: readonly string[]): string | undefined {
  return regions.includes('us-east-1') ? 'us-east-1' : [...regions].sort()[0];
}

/** One start for each region in which there is anything to look at. */
export function regionalStarts(
  /** Of the account, not only of this scan. */
  all: readonly string[],
  wishes: { regions?: readonly string[]; services?: readonly string[] },
): { region: string; accountWide: boolean }[] {
  const home = homeRegion(all);
  const { services = [] } = wishes;
  const onlyAccountWide =
    services.length > 0 && services.every((service) => ACCOUNT_WIDE_SERVICES.has(service));
  const regions = new Set(wishes.regions?.length ? wishes.regions : all);
  return [...regions]
    .map((region) => ({ region, accountWide: region === home }))
    .filter(({ accountWide }) => accountWide || !onlyAccountWide);
}
