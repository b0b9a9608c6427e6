import type { OpenPort } from '../../../../contract/open-ports.js';
import type { ReportRow } from '../../../scanners/rows/report.js';

const MAX_HOSTS = 4_096;
const MAX_PORTS_OF_HOST = 1_000;
const MAX_PORTS = 50_000;

export interface SurveyedHost {
  /** By `tcp/443`, as coverage names a port. */
  ports: Map<string, Omit<OpenPort, 'seenAt'>>;
  isCut: boolean;
}

/** The open ports of a report, collected while it is read. */
export class PortSurvey {
  readonly hosts = new Map<string, SurveyedHost>();
  #ports = 0;

  add({ provider, accountId, verdict, details }: ReportRow): void {
    const seen = details?.network;
    if (!seen || provider !== 'network' || accountId === '') return;
    const host = this.#hostOf(accountId);
    if (!host) return;
    const key = `${seen.protocol}/${seen.port}`;
    const known = host.ports.get(key);
    const isFinding = verdict === 'fail' || known?.isFinding === true;
    if (known) known.isFinding = isFinding;
    else if (host.ports.size >= MAX_PORTS_OF_HOST || this.#ports >= MAX_PORTS) host.isCut = true;
    else {
      this.#ports += 1;
      host.ports.set(key, { isFinding, ...seen });
    }
  }

  #hostOf(accountId: string): SurveyedHost | null {
    const known = this.hosts.get(accountId);
    if (known) return known;
    if (this.hosts.size >= MAX_HOSTS) return null;
    const host = { ports: new Map(), isCut: false };
    this.hosts.set(accountId, host);
    return host;
  }
}
