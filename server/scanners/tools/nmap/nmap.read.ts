import { BoundedXml, type XmlElement } from '../../readers/bounded-xml.js';
import {
  noFacts,
  noteHidden,
  type Reading,
  type XmlReportReader,
} from '../../readers/report-reader.js';
import { createGenericBuilder, placeOf } from '../../rows/generic-row.js';
import type { ReportFacts } from '../../rows/report.js';
import { AskedPorts, minScoreIn, placeOfHost } from './nmap-coverage.js';
import {
  type NmapHost,
  type NmapPort,
  placeOfPort,
  placeOfScript,
  rowsOfHost,
  targetOf,
} from './nmap-rows.js';
import { errorOf, ScriptCollector, type ScriptResult } from './nmap-scripts.js';
import { readScript } from './nmap-vulnerabilities.js';
import { vulnerabilityRows } from './nmap-vulnerability-rows.js';

const MAX_NOTED = 500;
const MAX_PORTS = 200_000;
const MAX_PLACES = 100_000;
/** Read with their port: the certificate's end, and outdated protocols. */
const TLS_CHECKS: Readonly<Record<string, string>> = {
  'ssl-cert': 'tls_certificate_expired',
  'ssl-enum-ciphers': 'tls_old_protocol',
};
const UNREAD = new Set(['os', 'trace']);

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
  const script = new ScriptCollector();
  let isReport = false;
  let minScore = 0;

  const xml = new BoundedXml({
    open(element, path) {
      const { name, attributes: at } = element;
      const parent = path.at(-2);
      if (name === 'nmaprun') {
        isReport = true;
        facts.toolVersion = at.version ?? null;
        facts.createdAt = isoOf(at.start);
        minScore = minScoreIn(at.args ?? '');
      } else if (parent === 'nmaprun' && name === 'host') {
        host = { ...emptyHost(), seenAt: at.endtime ?? at.starttime ?? '' };
        host.timedOut = at.timedout === 'true';
      } else if (parent === 'nmaprun' || parent === 'runstats') {
        takeRun(facts, element);
        if (name === 'scaninfo') asked.add(at.protocol ?? '', at.services ?? '');
      } else if (parent === 'host' || parent === 'hostnames') takeHost(host, element);
      else if (name === 'extraports') host.answered ||= at.state === 'closed';
      else if (parent === 'ports' && name === 'port') {
        port = { ...emptyPort(), protocol: at.protocol ?? '', port: numberOf(at.portid) };
      } else if (name === 'script') {
        script.begin(element);
        port.protocolsSeen ||= parent === 'port' && script.id === 'ssl-enum-ciphers';
      } else if (parent === 'port') takePort(port, element);
      else if (script.id !== '' && (name === 'table' || name === 'elem')) {
        script.open(element);
        if (script.id === 'ssl-enum-ciphers') takeProtocol(port, at.key ?? '');
      }
    },
    close(element, path) {
      const { name, attributes, text } = element;
      const parent = path.at(-2);
      if (name === 'script') takeScript(script.end(), parent ?? '');
      else if (script.id !== '' && (name === 'table' || name === 'elem')) {
        script.close(element);
        if (script.id === 'ssl-cert' && attributes.key === 'notAfter') {
          port.certificateEnds ??= /^\d{4}-\d\d-\d\dT[\d:]{8}/.exec(text)?.[0] ?? null;
        }
      } else if (name === 'port' && parent === 'ports') {
        host.answered ||= port.state === 'open' || port.state === 'closed';
        takePortOf(host, port);
        port = emptyPort();
      } else if (name === 'host' && parent === 'nmaprun') {
        noteHost(host, facts);
        if (facts.places.length < MAX_PLACES) {
          facts.places.push(placeOfHost(host, asked, minScore));
        }
        const version = facts.toolVersion ?? '';
        for (const row of [...rowsOfHost(host, version), ...vulnerabilityRows(host, version)]) {
          ready.push(build(row));
        }
      } else if (UNREAD.has(name)) {
        ready.push({ unread: 'parts that are no results', name, count: 1 });
      }
    },
  });

  /** `parent`: `port`, `hostscript`, or what scripts that run before and after are in. */
  function takeScript(result: ScriptResult, parent: string): void {
    const about = parent === 'port' ? port : parent === 'hostscript' ? host : null;
    const error = about && errorOf(result);
    if (error) {
      noteScript(host, parent === 'port' ? port : null, { script: result.id, error }, facts);
      return;
    }
    if (about && TLS_CHECKS[result.id]) return;
    const { vulnerabilities, others } = readScript(result);
    if (!about || vulnerabilities === null) {
      const unread = 'script results of kinds that are not read';
      ready.push({ unread, name: result.id, count: 1 });
      return;
    }
    about.scripts.push({ id: result.id, vulnerabilities });
    if (others > 0) {
      const unread = 'exploits and advisories that a script lists beside CVEs';
      ready.push({ unread, name: result.id, count: others });
    }
  }

  function takePortOf(of: NmapHost, given: NmapPort): void {
    const isPort = given.port >= 0 && given.port <= 65_535;
    if (!isPort) ready.push({ rejected: 'a port has no usable number', at: of.address });
    else if (of.ports.length >= MAX_PORTS)
      ready.push({ unread: 'further ports of a host', count: 1 });
    else of.ports.push(given);
    // Nmap cannot tell whether it is open, so it is neither a result nor closed.
    if (given.state === 'open|filtered') {
      ready.push({ unread: 'ports that are open or filtered', count: 1 });
    }
  }

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
    get fault() {
      return xml.fault;
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

/** A script that failed hides what it would have said, of its port or of the host. */
function noteScript(
  host: NmapHost,
  port: NmapPort | null,
  { script, error }: { script: string; error: string },
  facts: NmapFacts,
): void {
  const skipped = facts.skipped.length;
  if (skipped > MAX_NOTED) return;
  if (skipped === MAX_NOTED) {
    noteHidden(facts, { what: 'further scripts', why: error, part: { tool: 'nmap' } });
    return;
  }
  const checkId = TLS_CHECKS[script];
  const name = port && checkId ? placeOfPort(port) : placeOfScript(port, script);
  const place = placeOf('nmap', 'network', targetOf(host));
  const of = port ? `${placeOfPort(port)} of ${targetOf(host)}` : targetOf(host);
  noteHidden(facts, {
    what: `${script} on ${of}`,
    why: error,
    part: { ...place, ...(checkId && { checkId }), name },
  });
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

const numberOf = (text = '') => (/^\d{1,5}$/.test(text) ? Number(text) : -1);

const emptyHost = (): NmapHost => ({
  address: '',
  asked: '',
  names: [],
  up: false,
  timedOut: false,
  answered: false,
  ports: [],
  scripts: [],
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
  scripts: [],
});
