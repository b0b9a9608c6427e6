import { createHash } from 'node:crypto';
import type { ScanRequest } from '../../../../contract/orchestration.js';
import type { ScanTarget } from '../../../../contract/scan-targets.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { ScanUnit } from '../../../scanners/runs/scanner.js';
import {
  folderOf,
  type Host,
  imageOf,
  networkHostsOf,
  parseHost,
  parseWebUrl,
  repositoryOf,
} from '../../../scanners/targets/index.js';

/** A scan request, validated and in normal form. */
export interface ScanPlan {
  /** The same for every scan of the same target. */
  targetKey: string;
  /** The target as users see it. */
  target: string;
  units: ScanUnit[];
  /** Hosts that must be allowed before the first request to them. */
  hosts: Host[];
  /** An active scan: its target must be declared as the team's own. */
  attacks: boolean;
}

export type DirectRequest = Exclude<ScanRequest, { kind: 'cloud' }>;

/** Plans a scan of anything but a cloud account. The caller has resolved a folder's links; throws InvalidInputError. */
export function planDirect(request: DirectRequest, allowedFolders: readonly string[]): ScanPlan {
  switch (request.kind) {
    case 'image':
      return planImage(request.image);
    case 'filesystem':
    case 'config': {
      const path = folderOf({ kind: 'folder', path: request.path }, allowedFolders);
      const options = { configOnly: request.kind === 'config', allowedPath: path };
      return {
        ...quiet(`${request.kind}/${path}`, path),
        units: [{ scanner: 'trivy', name: path, target: { kind: 'folder', path }, options }],
      };
    }
    case 'repository': {
      const { text, url } = repositoryOf({ kind: 'repository', url: request.url });
      const target = { kind: 'repository' as const, url: text };
      return {
        ...quiet(`repository/${text}`, text),
        units: [{ scanner: 'trivy', name: text, target, options: {} }],
        hosts: [url.host],
      };
    }
    case 'web':
      return planWeb(request);
    case 'network': {
      const { hosts, ports } = networkHostsOf({ kind: 'network', hosts: request.targets });
      const names = hosts.map((host) => host.text);
      const target = { kind: 'network' as const, hosts: names, ...(ports ? { ports } : {}) };
      const shown = request.targets.join(', ');
      const label = shown.length > 200 ? `${shown.slice(0, 199)}…` : shown;
      return {
        ...quiet(`network/${[...names].sort().join(',')}`, label),
        units: [{ scanner: 'nmap', name: 'nmap', target, options: { profile: request.profile } }],
        hosts,
      };
    }
  }
}

function planImage(reference: string): ScanPlan {
  const { text, registry } = imageOf({ kind: 'image', reference });
  const target = { kind: 'image' as const, reference: text };
  return {
    ...quiet(`image/${text}`, text),
    units: [{ scanner: 'trivy', name: text, target, options: {} }],
    hosts: [registry.host],
  };
}

/** Always the built-in check; ZAP for every other depth. */
function planWeb(request: Extract<ScanRequest, { kind: 'web' }>): ScanPlan {
  const url = parseWebUrl(request.url);
  const target = { kind: 'web' as const, url: url.text };
  const { depth, apiDefinition } = request;
  const units: ScanUnit[] = [{ scanner: 'web-check', name: 'web-check', target, options: {} }];
  if (depth === 'api' && apiDefinition === undefined) {
    throw new InvalidInputError('an API scan needs the address of its definition (apiDefinition)');
  }
  if (depth !== 'headers') {
    const definition =
      apiDefinition === undefined
        ? {}
        : { apiDefinition: parseWebUrl(apiDefinition, 'address of the definition').text };
    units.push({ scanner: 'zap', name: 'zap', target, options: { profile: depth, ...definition } });
  }
  return {
    ...quiet(`web/${url.text}`, url.text),
    units,
    hosts: [url.host],
    attacks: depth === 'full' || depth === 'api',
  };
}

/** The hosts that a scanner contacts first, by its target. */
export function hostsOf(target: ScanTarget): Host[] {
  switch (target.kind) {
    case 'web':
      return [parseWebUrl(target.url).host];
    case 'network':
      return target.hosts.map(parseHost);
    case 'image':
      return [imageOf(target).registry.host];
    case 'repository':
      return [repositoryOf(target).url.host];
    case 'kubernetes':
      return [parseWebUrl(target.server).host];
    default:
      return [];
  }
}

function quiet(targetKey: string, target: string): Omit<ScanPlan, 'units'> {
  return { targetKey: short(targetKey), target, hosts: [], attacks: false };
}

/** Keys are indexed, and some databases only index short texts. */
function short(key: string): string {
  if (key.length <= 300) return key;
  return `${key.slice(0, 230)}#${createHash('sha256').update(key).digest('hex')}`;
}
