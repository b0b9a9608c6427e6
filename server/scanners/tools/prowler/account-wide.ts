/**
 * AWS services that an account has only once. Prowler queries each of them in the region of the run and
 * puts that region on the results, so runs of several regions would duplicate every result (seen with
 * Prowler 5.46: in its sources none of these queries more than one region).
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
 * True for an account-wide check, whatever region a run is for. The list of buckets is account-wide too;
 * each bucket has its own region.
 */
export function isAccountWide({ id, service }: { id: string; service: string }): boolean {
  const [prefix = ''] = id.split('_', 1);
  return (
    ACCOUNT_WIDE_SERVICES.has(service.toLowerCase()) ||
    ACCOUNT_WIDE_SERVICES.has(prefix) ||
    id.startsWith('s3_account_level_')
  );
}

/** The region of these services: always the same, or their results would look like new ones. */
export function homeRegion(regions: readonly string[]): string | undefined {
  return regions.includes('us-east-1') ? 'us-east-1' : [...regions].sort()[0];
}

/** One start per region with anything to scan. */
export function regionalStarts(
  /** The account's regions, not only this scan's. */
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
