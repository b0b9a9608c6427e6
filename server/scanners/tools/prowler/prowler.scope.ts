import { z } from 'zod';
import { AwsRegion } from '../../../../contract/scan-targets.js';
import { SEVERITIES } from '../../../../contract/severity.js';
import { fitting } from '../../targets/index.js';

const names = (pattern: RegExp, most: number) =>
  z.array(z.string().regex(pattern)).max(most).optional();
const CheckIds = names(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/, 1000);
const Services = names(/^[a-z][a-z0-9_]{1,60}$/, 200);

/** The scope of a scan. Prowler accepts one of checks, services, frameworks and categories. */
export const ProwlerScope = z
  .strictObject({
    checks: CheckIds,
    services: Services,
    compliance: names(/^[a-z0-9][a-z0-9_.]{1,80}$/, 20),
    categories: names(/^[a-z][a-z0-9-]{1,60}$/, 50),
    severities: z.array(z.enum(SEVERITIES)).optional(),
    excludedChecks: CheckIds,
    excludedServices: Services,
    excludedRegions: z.array(AwsRegion).max(60).optional(),
  })
  .refine(
    ({ checks, services, compliance, categories }) =>
      [checks, services, compliance, categories].filter((list) => (list ?? []).length > 0).length <
      2,
    { error: 'give only one of checks, services, compliance and categories' },
  );
export type ProwlerScope = z.infer<typeof ProwlerScope>;

/** Only the form of names is checked: Prowler exits with code 1 or 2 for unknown ones. */
export function scopeFlags(given: ProwlerScope): string[] {
  const scope = fitting(ProwlerScope, given, 'scope');
  return [
    ...flag('--checks', scope.checks),
    ...flag('--services', scope.services),
    ...flag('--compliance', scope.compliance),
    ...flag('--categories', scope.categories),
    ...flag('--severity', scope.severities),
    ...flag('--excluded-checks', scope.excludedChecks),
    ...flag('--excluded-services', scope.excludedServices),
    ...flag('--excluded-regions', scope.excludedRegions),
  ];
}

function flag(name: string, values: readonly string[] = []): string[] {
  return values.length === 0 ? [] : [name, ...new Set(values)];
}
