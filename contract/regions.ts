import { z } from 'zod';
import { AWS_REGION } from './scan-targets.js';

interface RegionForm {
  pattern: RegExp;
  example: string;
}

const SELF_HOSTED: RegionForm = { pattern: /^[a-z0-9][a-z0-9_-]{1,39}$/, example: 'region-one' };

/** Providers whose results name regions, and what a region of each looks like. */
const REGION_FORMS = new Map<string, RegionForm>([
  ['aws', { pattern: AWS_REGION, example: 'eu-west-1' }],
  ['azure', { pattern: /^[a-z]{5,30}\d{0,2}$/, example: 'westeurope' }],
  ['gcp', { pattern: /^[a-z]{2,14}-[a-z]{4,14}\d{1,2}$/, example: 'europe-west1' }],
  ['alibabacloud', { pattern: /^[a-z]{2}(-[a-z0-9]{1,20}){1,4}$/, example: 'cn-hangzhou' }],
  ['oraclecloud', { pattern: /^[a-z]{2}(-[a-z]{2,20}){1,3}-\d{1,2}$/, example: 'eu-frankfurt-1' }],
  ['huaweicloud', { pattern: /^[a-z]{2}(-[a-z0-9]{1,20}){1,4}$/, example: 'eu-west-101' }],
  ['e2enetworks', SELF_HOSTED],
  ['linode', SELF_HOSTED],
  ['nhn', SELF_HOSTED],
  ['openstack', SELF_HOSTED],
  ['scaleway', SELF_HOSTED],
  ['stackit', SELF_HOSTED],
]);

/** What reports write where a thing is in no region, or in several. */
const NO_REGIONS = new Set(['asiapacific', 'europe', 'global', 'none', 'unitedstates', 'unknown']);

/** An example of a region of this provider; null for providers without regions. */
export function regionExample(provider: string): string | null {
  return REGION_FORMS.get(provider)?.example ?? null;
}

/**
 * The region that a text names, in one spelling: `West Europe` is westeurope, the zone europe-west1-b is in
 * europe-west1. Null for what names no region of this provider.
 */
export function regionOf(provider: string, text: string): string | null {
  const form = REGION_FORMS.get(provider);
  const written = text.trim().toLowerCase();
  const name = provider === 'azure' ? written.replaceAll(/[\s()]/g, '') : written;
  if (!form || NO_REGIONS.has(name)) return null;
  const whole = ZONES.get(provider)?.exec(name)?.[1] ?? name;
  return form.pattern.test(whole) ? whole : null;
}

const ZONES = new Map<string, RegExp>([
  ['aws', /^(.+-\d{1,2})[a-z]$/],
  ['gcp', /^(.+\d)-[a-z]$/],
]);

/** What results show of an account's regions beside those that the team states. */
export const RegionNote = z.object({
  /** `aws/123456789012` */
  account: z.string(),
  /** `one_region`: all results are of one region, and none are stated. `not_listed`: results of other regions than the stated ones. */
  kind: z.enum(['one_region', 'not_listed']),
  regions: z.array(z.string()).describe('at most 10'),
  total: z.number(),
});
export type RegionNote = z.infer<typeof RegionNote>;

/** `1 region seen: eu-west-1 of aws/123456789012` */
export function regionNoteText({ account, kind, regions, total }: RegionNote): string {
  const rest = total - regions.length;
  const named = `${regions.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return kind === 'one_region'
    ? `1 region seen: ${named} of ${account}`
    : `results of ${named}, which ${account} does not list`;
}
