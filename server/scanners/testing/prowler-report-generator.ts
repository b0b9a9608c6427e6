import { prepareCheck } from './prowler-check-template.js';
import { ASPECTS, REGIONS, SERVICES } from './prowler-vocabulary.js';
import { random32, type Shuffled, shuffledIndex } from './seeded-random.js';

/** What a generated report holds. The same seed and counts give the same results. */
export interface ProwlerReportOptions {
  seed: number;
  findings: number;
  /** Accounts and regions over which the resources are spread. */
  accounts?: number;
  regions?: number;
  /** Shares of all results, 0–1; the rest passes. */
  failShare?: number;
  manualShare?: number;
  mutedShare?: number;
  /** Results whose `finding_info.uid` repeats another's, in 731: real reports have three. */
  collisionsPer731?: number;
  /** Writes the same results in another order. */
  order?: number;
  /** Seconds by which all times are moved. */
  timeOffset?: number;
  /** Put into the volatile texts, as another version of Prowler would word them. */
  wording?: string;
  toolVersion?: string;
}

/** The identity and verdict of one generated result, for tests to compare with. */
export interface GeneratedResult {
  checkId: string;
  accountId: string;
  region: string;
  resourceUid: string;
  resourceName: string;
  status: 'PASS' | 'FAIL' | 'MANUAL';
  muted: boolean;
}

const CHUNK_CHARACTERS = 64 * 1024;
const SCAN_TIME = Date.UTC(2026, 0, 15, 6, 0, 0) / 1000;
/** What result number `index` is; independent of order, time and wording. */
export function generatedResult(options: ProwlerReportOptions, index: number): GeneratedResult {
  const { seed, accounts = 1, regions = REGIONS.length, collisionsPer731 = 3 } = options;
  // Neighbours in one block of 731 collide: same check, account, region and name, another ARN.
  const collides = index % 731 > 0 && index % 731 <= collisionsPer731 * 2 && index % 2 === 0;
  const base = collides ? index - 1 : index;
  const resource = Math.floor(base / ASPECTS.length);
  const luck = random32(seed, resource, 1);
  const service = SERVICES[luck % SERVICES.length] ?? 's3';
  const aspect = ASPECTS[base % ASPECTS.length] ?? { id: 'logging_enabled' };
  const accountId = String(100_000_000_000 + (random32(seed, resource, 2) % accounts) * 7_777_777);
  const region = REGIONS[random32(seed, resource, 3) % Math.min(regions, REGIONS.length)] ?? '';
  const resourceName = `${service}-prod-${resource.toString(36)}`;
  const path = collides ? 'replica' : 'resource';
  const share = random32(seed, index, 4) / 2 ** 32;
  const { failShare = 0.35, manualShare = 0.01, mutedShare = 0.01 } = options;
  const failed = share < failShare ? 'FAIL' : 'PASS';
  return {
    checkId: `${service}_resource_${aspect.id}`,
    accountId,
    region,
    resourceName,
    resourceUid: `arn:aws:${service}:${region}:${accountId}:${path}/${resourceName}`,
    status: share >= 1 - manualShare ? 'MANUAL' : failed,
    muted: random32(seed, index, 5) / 2 ** 32 < mutedShare,
  };
}

/** A Prowler 5 OCSF report as Prowler writes it: about 8 kB per result, indented by 4 blanks. */
export async function* prowlerReport(options: ProwlerReportOptions): AsyncGenerator<Buffer> {
  const { findings, order } = options;
  const prepared = new Map<string, string[]>();
  const at: Shuffled = order === undefined ? (index) => index : shuffledIndex(order, findings);
  let text = '[';
  for (let n = 0; n < findings; n += 1) {
    if (n > 0) text += ',';
    const result = generatedResult(options, at(n));
    let parts = prepared.get(result.checkId);
    if (!parts) {
      parts = prepareCheck(result.checkId, options);
      prepared.set(result.checkId, parts);
    }
    text += fill(parts, result, options);
    if (text.length >= CHUNK_CHARACTERS) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(`${text}]`);
}

function fill(parts: string[], result: GeneratedResult, options: ProwlerReportOptions): string {
  const { accountId, region, resourceName: name, checkId } = result;
  const verb = result.status === 'PASS' ? 'meets' : 'does not meet';
  const values = [
    `Resource ${name} in ${region} ${verb} the check.${options.wording ? ` ${options.wording}` : ''}`,
    result.resourceUid,
    name,
    `prowler-aws-${checkId}-${accountId}-${region}-${name}`,
    region,
    accountId,
    String(SCAN_TIME + (options.timeOffset ?? 0)),
    result.status,
    result.muted ? '"Suppressed",\n    "status_id": 3' : '"New",\n    "status_id": 1',
  ];
  let text = parts[0] ?? '';
  for (let i = 1; i < parts.length; i += 1) {
    const part = parts[i] ?? '';
    text += (values[part.charCodeAt(0) - 0xe000] ?? '') + part.slice(1);
  }
  return text;
}
