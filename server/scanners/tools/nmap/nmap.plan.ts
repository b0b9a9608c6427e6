import type { NetworkTarget } from '../../../../contract/scan-targets.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { RunLimits, ToolRun } from '../../runs/tool-run.js';
import { type Host, networkHostsOf } from '../../targets/index.js';

export const NMAP_PROFILES = ['quick', 'standard', 'thorough'] as const;
export type NmapProfile = (typeof NMAP_PROFILES)[number];

/** Read-only scripts, by name, as a category such as `safe` would grow with every release. */
export const SAFE_SCRIPTS = [
  'banner',
  'http-security-headers',
  'ssh2-enum-algos',
  'ssl-cert',
  'ssl-enum-ciphers',
] as const;
export type SafeScript = (typeof SAFE_SCRIPTS)[number];

export interface NmapOptions {
  profile?: NmapProfile;
  /** In addition to the profile's. */
  scripts?: readonly SafeScript[];
  limits?: Partial<RunLimits>;
}

const PROFILES: Readonly<
  Record<
    NmapProfile,
    { ports: string; intensity: string; hostTimeout: string; scripts: readonly SafeScript[] }
  >
> = {
  quick: { ports: '--top-ports=100', intensity: '--version-light', hostTimeout: '5m', scripts: [] },
  standard: {
    ports: '--top-ports=1000',
    intensity: '--version-light',
    hostTimeout: '15m',
    scripts: ['ssl-cert'],
  },
  thorough: {
    ports: '-p1-65535',
    intensity: '--version-intensity=5',
    hostTimeout: '60m',
    scripts: ['banner', 'http-security-headers', 'ssl-cert', 'ssl-enum-ciphers'],
  },
};

const LIMITS: RunLimits = {
  timeoutMs: 2 * 3600_000,
  memoryBytes: 1024 ** 3,
  cpus: 1,
  pids: 64,
  outputBytes: 512 * 1024 ** 2,
};

/**
 * One start of Nmap as an ordinary user: full connections (`-sT`), no raw packets. Hosts are expanded
 * and rebuilt, and come after `--`, as Nmap accepts options anywhere before it. Nmap resolves names
 * itself (`-n` only disables reverse lookups); callers have checked their addresses and should pass
 * these if a name must not move in between.
 */
export function planNmap(target: NetworkTarget, options: NmapOptions = {}): ToolRun {
  const { hosts, ports } = networkHostsOf(target);
  const profile = PROFILES[options.profile ?? 'standard'];
  if (!profile)
    throw new InvalidInputError(`the profile must be one of ${NMAP_PROFILES.join(', ')}`);
  const scripts = scriptsOf([...profile.scripts, ...(options.scripts ?? [])]);
  return {
    tool: 'nmap',
    args: [
      '-sT',
      '-sV',
      profile.intensity,
      '-Pn',
      '-n',
      '-T3',
      '--max-retries=2',
      '--max-rate=300',
      `--host-timeout=${profile.hostTimeout}`,
      '--noninteractive',
      ports === null ? profile.ports : `-p${ports}`,
      ...(scripts.length > 0 ? [`--script=${scripts.join(',')}`, '--script-timeout=2m'] : []),
      ...familyOf(hosts),
      '-oX',
      '{output}/nmap.xml',
      '--',
      ...hosts.map((host) => host.text),
    ],
    // Empty, so that NMAP_ARGS and NMAPDIR of the platform's environment have no effect.
    env: {},
    files: [],
    network: 'targets',
    mounts: [],
    limits: { ...LIMITS, ...options.limits },
  };
}

function scriptsOf(wanted: readonly SafeScript[]): SafeScript[] {
  const odd = wanted.find((name) => !SAFE_SCRIPTS.includes(name));
  if (odd !== undefined) {
    throw new InvalidInputError(`only these scripts are run: ${SAFE_SCRIPTS.join(', ')}`);
  }
  return SAFE_SCRIPTS.filter((name) => wanted.includes(name));
}

/** Nmap scans one address family at a time. */
function familyOf(hosts: readonly Host[]): string[] {
  const six = hosts.filter((host) => host.kind === 'ipv6').length;
  if (six === 0) return [];
  if (six < hosts.length) {
    throw new InvalidInputError(
      'IPv6 addresses need a separate scan: Nmap scans one address family at a time',
    );
  }
  return ['-6'];
}
