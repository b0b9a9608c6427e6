import { createHash } from 'node:crypto';
import type { ScanRequest } from '../../../../contract/orchestration.js';
import type { TargetScanOptions } from '../../../../contract/web-targets.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { networkHostsOf, parseWebUrl } from '../../../scanners/targets/index.js';

/** A target as a person or the request of a scan gives it. */
export type GivenTarget = { kind: 'web'; url: string } | { kind: 'network'; hosts: string[] };

/** A validated target in normal form. */
export interface TargetForm {
  kind: GivenTarget['kind'];
  /** SHA-256 of its normal form: two spellings of one target have one key. */
  key: string;
  label: string;
  url: string | null;
  /** As given, without duplicates. */
  hosts: string[];
  /** Every single host, with ranges expanded. */
  everyHost: string[];
  /** The accounts under which tools report their findings. */
  accounts: string[];
}

const MAX_LABEL = 200;

/** Throws InvalidInputError. */
export function formOf(given: GivenTarget): TargetForm {
  if (given.kind === 'web') {
    const { text, origin, host } = parseWebUrl(given.url);
    const own = { label: shortened(text), url: text, hosts: [], everyHost: [host.text] };
    // ZAP and nuclei report by origin, the built-in check by host.
    return { kind: 'web', key: keyOf('web', text), ...own, accounts: [origin, host.text] };
  }
  const hosts = [...new Set(given.hosts)];
  const everyHost = networkHostsOf({ kind: 'network', hosts }).hosts.map(({ text }) => text);
  const key = keyOf('network', [...everyHost].sort().join(','));
  const label = shortened(hosts.join(', '));
  return { kind: 'network', key, label, url: null, hosts, everyHost, accounts: everyHost };
}

/** The target of a scan; null for scans of other kinds. */
export function givenBy(request: ScanRequest): GivenTarget | null {
  if (request.kind === 'web') return { kind: 'web', url: request.url };
  if (request.kind === 'network') return { kind: 'network', hosts: request.targets };
  return null;
}

/** The target of an account under which a tool reports; null for accounts of other kinds, and for a mere host of the web. */
export function givenByPlace({
  provider,
  accountId,
}: {
  provider: string;
  accountId: string;
}): GivenTarget | null {
  if (accountId === '') return null;
  if (provider === 'network') return { kind: 'network', hosts: [accountId] };
  const isSite = provider === 'web' && /^https?:\/\//i.test(accountId);
  return isSite ? { kind: 'web', url: accountId } : null;
}

/** Throws InvalidInputError that names an option which does not apply to targets of this kind. */
export function requestOf(
  target: Pick<TargetForm, 'kind' | 'url' | 'hosts'>,
  { depth, apiDefinition, profile }: TargetScanOptions,
): ScanRequest {
  if (target.kind === 'web') {
    if (profile !== undefined) throw unfit('profile', 'is for networks; a web site has a depth');
    const definition = apiDefinition === undefined ? {} : { apiDefinition };
    return { kind: 'web', url: target.url ?? '', depth: depth ?? 'headers', ...definition };
  }
  if (depth !== undefined) throw unfit('depth', 'is for web sites; a network has a profile');
  if (apiDefinition !== undefined) throw unfit('apiDefinition', 'is for web sites');
  return { kind: 'network', targets: target.hosts, profile: profile ?? 'quick' };
}

function unfit(field: string, message: string): InvalidInputError {
  const path = `body.${field}`;
  return new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
}

function keyOf(kind: string, canonical: string): string {
  return createHash('sha256').update(`${kind}\n${canonical}`).digest('hex');
}

function shortened(text: string): string {
  return text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL - 1)}…` : text;
}
