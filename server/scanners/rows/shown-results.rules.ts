import type { Severity } from '../../../contract/severity.js';

/**
 * Which results a report would have rows for if they still existed, so that a missing row is evidence. Plain data:
 * reports are read in another process.
 */
export type ShownResults =
  | { by: 'nothing' }
  /** Everything but results of these rules, of which the report lists only some. */
  | { by: 'rules'; unlisted: ReadonlySet<string> }
  /** Files that were scanned for these checks; `broken` ones could not be parsed. */
  | {
      by: 'files';
      checks: ReadonlySet<string>;
      files: ReadonlySet<string>;
      broken: ReadonlySet<string>;
    }
  | ({ by: 'ports' } & ShownPorts);

/** The scanned ports of a host that answered, which would show every one that is open. */
export interface ShownPorts {
  /** Ranges by protocol. */
  asked: ReadonlyMap<string, readonly (readonly [from: number, to: number])[]>;
  /** By `tcp/443`. */
  reached: ReadonlyMap<string, ShownPort>;
  /** Scripts that ran about the host as a whole. */
  scripts: readonly string[];
  /** `vulners` leaves out what has a lower score. */
  minScore: number;
}

export interface ShownPort {
  isOpen: boolean;
  scripts: readonly string[];
  /** Which of these the scan looked at; `service`: also all other checks of the port. */
  seen: { service: boolean; certificate: boolean; protocols: boolean };
}

export interface KnownResult {
  checkId: string;
  subObject: string;
  severity?: Severity;
}

export function isShown(shown: ShownResults, known: KnownResult): boolean {
  switch (shown.by) {
    case 'nothing':
      return false;
    case 'rules':
      return !shown.unlisted.has(ruleOf(known.checkId));
    case 'files': {
      const [file = ''] = known.subObject.split('#');
      return shown.checks.has(known.checkId) && shown.files.has(file) && !shown.broken.has(file);
    }
    default:
      return isPortShown(shown, known);
  }
}

/** `40012` of `40012-1`: some reports name only the rule. */
export const ruleOf = (checkId: string) => /^\d+/.exec(checkId)?.[0] ?? checkId;

/** The lowest score of each severity. */
const LOWEST_SCORE: Readonly<Record<Severity, number>> = {
  critical: 9,
  high: 7,
  medium: 4,
  low: 0.1,
  informational: 0,
};

/** For an open port, only results of probes and scripts that ran are known. */
function isPortShown(
  { asked, reached, scripts, minScore }: ShownPorts,
  { checkId, subObject, severity = 'informational' }: KnownResult,
): boolean {
  const [protocol = '', number = '', script] = subObject.split('/');
  // A script that finds nothing may write nothing, and then nobody knows whether it ran.
  if (protocol === 'host') return scripts.includes(number);
  const ranges = asked.get(protocol) ?? [];
  if (!ranges.some(([from, to]) => from <= Number(number) && Number(number) <= to)) return false;
  const port = reached.get(`${protocol}/${number}`);
  if (!port) return true;
  if (script === 'vulners' && LOWEST_SCORE[severity] < minScore) return false;
  if (script !== undefined) return port.scripts.includes(script);
  return port.isOpen && wasSeen(checkId, port);
}

function wasSeen(checkId: string, { seen }: ShownPort): boolean {
  if (checkId === 'tls_certificate_expired') return seen.certificate;
  if (checkId === 'tls_old_protocol') return seen.protocols;
  return seen.service;
}

/** The packages that a report lists with and without vulnerabilities. */
export interface PackageList {
  /** By the sub-object of their vulnerabilities. */
  listed: ReadonlyMap<string, readonly ListedPackage[]>;
  /** `pkg:deb/debian/`: package managers of the system, all of whose packages are listed. */
  systems: ReadonlySet<string>;
}

export interface ListedPackage {
  name: string;
  version: string;
}

/** Whether the package of a known vulnerability has another version now, or the system no longer has it. */
export function isReplaced(
  { listed, systems }: PackageList,
  { subObject, observed }: { subObject: string; observed: string },
): boolean {
  const found = listed.get(subObject);
  if (found) return found.every((one) => isOther(one, observed));
  return !subObject.includes(' at ') && systems.has(systemOf(subObject));
}

/** Whether `openssl 1:3.0.1-2 …` is about another version; the list has epoch and release apart. */
function isOther({ name, version }: ListedPackage, observed: string): boolean {
  if (!observed.startsWith(`${name} `)) return false;
  const installed = observed.slice(name.length + 1).split(' ', 1)[0] ?? '';
  return !installed.includes(version);
}

export const systemOf = (key: string) => /^pkg:[^/]+\/[^/]+\//.exec(key)?.[0] ?? key;
