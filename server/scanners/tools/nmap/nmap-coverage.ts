import { placeOf } from '../../rows/generic-row.js';
import type { ReportPlace } from '../../rows/report.js';
import { whole } from '../../rows/row-texts.js';
import type { ShownPort, ShownPorts } from '../../rows/shown-results.rules.js';
import { aliasesOf, type NmapHost, type NmapPort, targetOf } from './nmap-rows.js';

const MAX_RANGES = 100_000;

/** The scanned ports as in `scaninfo`: `22,80,8000-8100` by protocol. */
export class AskedPorts {
  readonly ranges = new Map<string, [from: number, to: number][]>();

  add(protocol: string, services: string): void {
    const ranges = this.ranges.get(protocol) ?? [];
    for (const part of services.split(',', MAX_RANGES)) {
      const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
      if (from !== undefined) ranges.push([Number(from), Number(to ?? from)]);
    }
    this.ranges.set(protocol, ranges);
  }
}

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
  if (!seen) return { ...place, shown: { by: 'nothing' } };
  return { ...place, shown: { by: 'ports', ...shownPorts(host, asked, minScore) } };
}

function shownPorts(
  { ports, scripts }: NmapHost,
  { ranges: asked }: AskedPorts,
  minScore: number,
): ShownPorts {
  const reached = ports.filter(({ state }) => !NOT_REACHED.includes(state));
  return {
    asked,
    reached: new Map(reached.map((port) => [`${port.protocol}/${port.port}`, shownPort(port)])),
    scripts: scripts.map(({ id }) => id),
    minScore,
  };
}

function shownPort({
  state,
  scripts,
  certificateEnds,
  protocolsSeen,
  method,
}: NmapPort): ShownPort {
  return {
    isOpen: state === 'open',
    scripts: scripts.map(({ id }) => id),
    seen: {
      service: method === 'probed',
      certificate: certificateEnds !== null,
      protocols: protocolsSeen,
    },
  };
}
