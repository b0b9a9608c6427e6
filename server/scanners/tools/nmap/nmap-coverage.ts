import type { Severity } from '../../../../contract/severity.js';
import { placeOf } from '../../rows/generic-row.js';
import type { ReportPlace } from '../../rows/report.js';
import { whole } from '../../rows/row-texts.js';
import { aliasesOf, type NmapHost, type NmapPort, targetOf } from './nmap-rows.js';

const MAX_RANGES = 100_000;

/** The scanned ports as in `scaninfo`: `22,80,8000-8100` by protocol. */
export class AskedPorts {
  readonly #ranges = new Map<string, [from: number, to: number][]>();

  add(protocol: string, services: string): void {
    const ranges = this.#ranges.get(protocol) ?? [];
    for (const part of services.split(',', MAX_RANGES)) {
      const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
      if (from !== undefined) ranges.push([Number(from), Number(to ?? from)]);
    }
    this.#ranges.set(protocol, ranges);
  }

  /** `port`: `tcp/443`, as in rows; more may follow. */
  has(port: string): boolean {
    const [protocol = '', number] = port.split('/');
    const asked = Number(number);
    return (this.#ranges.get(protocol) ?? []).some(([from, to]) => from <= asked && asked <= to);
  }
}

/** The lowest score of each severity. */
const LOWEST_SCORE: Readonly<Record<Severity, number>> = {
  critical: 9,
  high: 7,
  medium: 4,
  low: 0.1,
  informational: 0,
};

/** `mincvss=7` among the arguments: `vulners` leaves out what is less severe; 0 without it. */
export function minScoreIn(args: string): number {
  return Number(/\bmincvss=["']?(\d{1,2}(?:\.\d{1,3})?)/.exec(args)?.[1] ?? 0);
}

const NOT_REACHED = ['closed', 'filtered'];

/**
 * A host that answered would show every scanned port that is open. For an open port, only results of
 * probes and scripts that ran are known, and of `vulners` only from `minScore`.
 */
export function placeOfHost(host: NmapHost, asked: AskedPorts, minScore: number): ReportPlace {
  const accountAliases = aliasesOf(host);
  const place = {
    ...placeOf('nmap', 'network', targetOf(host)),
    ...(accountAliases.length > 0 && { accountAliases: accountAliases.map(whole) }),
  };
  const seen = host.up && host.answered && !host.timedOut;
  if (!seen) return { ...place, shows: () => false };
  const open = new Map(
    host.ports
      .filter(({ state }) => !NOT_REACHED.includes(state))
      .map((port) => [`${port.protocol}/${port.port}`, port]),
  );
  return {
    ...place,
    shows: ({ checkId, subObject, severity }) => {
      const [protocol, number, script] = subObject.split('/');
      if (protocol === 'host') return hasRun(host, number);
      if (!asked.has(subObject)) return false;
      const port = open.get(`${protocol}/${number}`);
      if (!port) return true;
      if (script === 'vulners' && LOWEST_SCORE[severity ?? 'informational'] < minScore)
        return false;
      if (script !== undefined) return hasRun(port, script);
      return port.state === 'open' && wasLookedAt(checkId, port);
    },
  };
}

/** A script that finds nothing may write nothing, and then nobody knows whether it ran. */
function hasRun({ scripts }: Pick<NmapPort, 'scripts'>, script = ''): boolean {
  return scripts.some(({ id }) => id === script);
}

function wasLookedAt(checkId: string, port: NmapPort): boolean {
  if (checkId === 'tls_certificate_expired') return port.certificateEnds !== null;
  if (checkId === 'tls_old_protocol') return port.protocolsSeen;
  return port.method === 'probed';
}
