import { BoundedXml, type XmlElement } from '../../readers/bounded-xml.js';
import {
  noFacts,
  noteHidden,
  type Reading,
  type XmlReportReader,
} from '../../readers/report-reader.js';
import { createGenericBuilder, placeOf } from '../../rows/generic-row.js';
import type { ReportFacts } from '../../rows/report.js';
import { AskedPorts, placeOfHost } from './nmap-coverage.js';
import { type NmapHost, type NmapPort, rowsOfHost, targetOf } from './nmap-rows.js';

const MAX_NOTED = 500;
const MAX_PORTS = 200_000;
const MAX_PLACES = 100_000;

/** What a report of Nmap states about its run. */
export interface NmapFacts extends ReportFacts {
  hosts: { up: number; down: number; total: number } | null;
  /** The scanned ports, as written: `22,80,8000-8100`. */
  ports: string | null;
  errorMessage: string;
}

/** Reads `nmaprun` host by host. Texts of the scanned side are hostile and cleaned later. */
export function createNmapReader(): XmlReportReader & { facts(): NmapFacts } {
  const build = createGenericBuilder('nmap');
  const facts: NmapFacts = {
    ...noFacts(),
    executed: 0,
    hosts: null,
    ports: null,
    errorMessage: '',
  };
  let ready: Reading[] = [];
  let host = emptyHost();
  let port = emptyPort();
  const asked = new AskedPorts();
  let script = '';
  let isReport = false;

  const xml = new BoundedXml({
    open(element, path) {
      const { name, attributes: at } = element;
      const parent = path.at(-2);
      if (name === 'nmaprun') {
        isReport = true;
        facts.toolVersion = at.version ?? null;
        facts.createdAt = isoOf(at.start);
      } else if (parent === 'nmaprun' && name === 'host') {
        host = { ...emptyHost(), seenAt: at.endtime ?? at.starttime ?? '' };
        host.timedOut = at.timedout === 'true';
      } else if (parent === 'nmaprun' || parent === 'runstats') {
        takeRun(facts, element);
        if (name === 'scaninfo') asked.add(at.protocol ?? '', at.services ?? '');
      } else if (parent === 'host' || parent === 'hostnames') takeHost(host, element);
      else if (name === 'extraports') host.answered ||= at.state === 'closed';
      else if (parent === 'ports' && name === 'port') {
        port = { ...emptyPort(), protocol: at.protocol ?? '', port: Number(at.portid) };
      } else if (parent === 'port' && name === 'script') {
        script = at.id ?? '';
        port.protocolsSeen ||= script === 'ssl-enum-ciphers';
      } else if (parent === 'port') takePort(port, element);
      else if (name === 'table' && script === 'ssl-enum-ciphers') takeProtocol(port, at.key ?? '');
    },
    close({ name, attributes, text }, path) {
      const parent = path.at(-2);
      if (name === 'script') script = '';
      else if (name === 'elem' && script === 'ssl-cert' && attributes.key === 'notAfter') {
        port.certificateEnds ??= /^\d{4}-\d\d-\d\dT[\d:]{8}/.exec(text)?.[0] ?? null;
      } else if (name === 'port' && parent === 'ports') {
        host.answered ||= port.state === 'open' || port.state === 'closed';
        if (host.ports.length < MAX_PORTS && port.port > 0) host.ports.push(port);
        port = emptyPort();
      } else if (name === 'host' && parent === 'nmaprun') {
        noteHost(host, facts);
        if (facts.places.length < MAX_PLACES) facts.places.push(placeOfHost(host, asked));
        for (const row of rowsOfHost(host, facts.toolVersion ?? '')) ready.push(build(row));
      }
    },
  });

  return {
    push(chunk) {
      xml.push(chunk);
      const found = ready;
      ready = [];
      return found;
    },
    end: () => xml.end() ?? (isReport ? null : 'is not a report of Nmap'),
    facts: () => facts,
    get stopped() {
      return xml.stopped;
    },
  };
}

/**
 * With `-Pn` every host counts as up, so a host without any open or closed port was not seen: it may be
 * down or behind a filter, and its known results are not resolved.
 */
function noteHost(host: NmapHost, facts: NmapFacts): void {
  if (host.timedOut) {
    noteHidden(facts, {
      what: targetOf(host),
      why: 'it exceeded the time limit per host; its ports are unknown',
      part: placeOf('nmap', 'network', targetOf(host)),
    });
  } else if (!host.up) note(facts, host, 'it did not answer');
  else if (!host.answered)
    note(facts, host, 'none of its ports answered: it is down or behind a filter');
  else facts.executed = (facts.executed ?? 0) + 1;
}

function takeRun(facts: NmapFacts, { name, attributes: at }: XmlElement): void {
  if (name === 'scaninfo') facts.ports = at.services ?? null;
  else if (name === 'hosts') {
    facts.hosts = {
      up: Number(at.up ?? 0),
      down: Number(at.down ?? 0),
      total: Number(at.total ?? 0),
    };
  } else if (name === 'finished') {
    facts.completed = at.exit === 'success';
    facts.errorMessage = at.errormsg ?? '';
  } else if (name === 'target' && at.status === 'skipped') {
    note(
      facts,
      { asked: at.specification ?? '', address: '' },
      `Nmap skipped it (${at.reason ?? 'no reason given'})`,
    );
  }
}

function takeHost(host: NmapHost, { name, attributes: at }: XmlElement): void {
  if (name === 'status') host.up = at.state === 'up';
  else if (name === 'address' && at.addrtype !== 'mac' && host.address === '') {
    host.address = at.addr ?? '';
  } else if (name === 'hostname') {
    if (at.type === 'user' && host.asked === '') host.asked = (at.name ?? '').toLowerCase();
    if (at.name && !host.names.includes(at.name)) host.names.push(at.name);
  }
}

function takePort(port: NmapPort, { name, attributes: at }: XmlElement): void {
  if (name === 'state') port.state = at.state ?? '';
  if (name !== 'service') return;
  port.service = at.name ?? '';
  port.product = at.product ?? '';
  port.version = at.version ?? '';
  port.method = at.method ?? '';
  port.encrypted = at.tunnel === 'ssl';
}

function takeProtocol(port: NmapPort, key: string): void {
  const old = /^(?:SSLv2|SSLv3|TLSv1\.0|TLSv1\.1)$/.test(key);
  if (old && !port.oldProtocols.includes(key)) port.oldProtocols.push(key);
}

function note(facts: NmapFacts, host: Pick<NmapHost, 'asked' | 'address'>, why: string): void {
  if (facts.skipped.length < MAX_NOTED)
    facts.skipped.push({ what: host.asked || host.address, why });
}

function isoOf(seconds: string | undefined): string | null {
  const ms = Number(seconds) * 1000;
  return Number.isFinite(ms) && ms > 0 && ms < 4e12 ? new Date(ms).toISOString() : null;
}

const emptyHost = (): NmapHost => ({
  address: '',
  asked: '',
  names: [],
  up: false,
  timedOut: false,
  answered: false,
  ports: [],
  seenAt: '',
});
const emptyPort = (): NmapPort => ({
  protocol: '',
  port: 0,
  state: '',
  service: '',
  product: '',
  version: '',
  method: '',
  encrypted: false,
  certificateEnds: null,
  oldProtocols: [],
  protocolsSeen: false,
});
