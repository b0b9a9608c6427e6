import { orNull } from '../../rows/clean-details.js';
import type { GenericResult } from '../../rows/generic-row.js';
import type { StatedVulnerability } from './nmap-vulnerabilities.js';
import { type RiskyService, riskyService, usuallyOn } from './risky-services.js';

/** One host of a report. */
export interface NmapHost {
  /** The first IP address, else the requested name. */
  address: string;
  /** The requested name; empty for an address. */
  asked: string;
  names: string[];
  up: boolean;
  timedOut: boolean;
  /** Some port was open or closed, so the host is up. */
  answered: boolean;
  ports: NmapPort[];
  /** Scripts about the host as a whole that state vulnerabilities. */
  scripts: ScriptFindings[];
  /** Seconds since 1970. */
  seenAt: string;
}

export interface NmapPort {
  protocol: string;
  port: number;
  state: string;
  service: string;
  product: string;
  version: string;
  /** `probed`: the service responded. `table`: guessed from the port number. */
  method: string;
  encrypted: boolean;
  certificateEnds: string | null;
  oldProtocols: string[];
  /** The script that lists them has run. */
  protocolsSeen: boolean;
  /** Scripts that state vulnerabilities of its service. */
  scripts: ScriptFindings[];
}

/** A script that has run, and what it found. */
export interface ScriptFindings {
  id: string;
  vulnerabilities: StatedVulnerability[];
}

/**
 * The rows of a host. An open port is an observation: verdict `manual`, until a person or a policy
 * decides. It fails only if a service of the documented list responded to a probe; a guess from the
 * port number is `manual` too. Nothing passes: a missing port was closed, filtered or not scanned, and
 * only the run's coverage tells which.
 */
export function rowsOfHost(host: NmapHost, toolVersion: string): GenericResult[] {
  return host.ports
    .filter(({ state }) => state === 'open')
    .flatMap((port) => [portRow(host, port, toolVersion), ...tlsRows(host, port, toolVersion)]);
}

function portRow(host: NmapHost, port: NmapPort, toolVersion: string): GenericResult {
  const spoken = port.method === 'probed';
  const risky = spoken
    ? riskyService(port.service, port.product, port.encrypted)
    : usuallyOn(port.port);
  const base = commonOf(host, port, toolVersion);
  const what = [port.product, port.version].filter((text) => text !== '').join(' ');
  const seen = spoken
    ? `${port.encrypted ? 'encrypted ' : ''}${port.service}${what ? ` (${what})` : ''}`
    : `not identified${port.service ? `; ${port.service} is usual there` : ''}`;
  const observed = `${port.protocol} port ${port.port} of ${host.address} is open: ${seen}`;
  if (!risky) {
    return {
      checkId: 'open_port',
      title: 'Open port',
      description: 'A port answers. A person or a policy decides whether it should.',
      remediation: 'Close the port if nothing needs it; otherwise restrict who can reach it.',
      verdict: 'manual',
      severity: 'informational',
      observed,
      ...base,
    };
  }
  return {
    verdict: spoken ? 'fail' : 'manual',
    severity: risky.severity,
    observed,
    ...describe(risky),
    ...base,
  };
}

function describe(risky: RiskyService) {
  return {
    checkId: `exposed_${risky.id}`,
    title: `${risky.title} can be reached over the network`,
    description: `${risky.title} answers anyone who can reach this address.`,
    risk: risky.why,
    remediation: 'Restrict it by firewall to those who need it, or put it behind a VPN.',
  };
}

/** From the scripts ssl-cert and ssl-enum-ciphers; only reports problems, no passes. */
function tlsRows(host: NmapHost, port: NmapPort, toolVersion: string): GenericResult[] {
  const { certificateEnds, oldProtocols } = port;
  if (certificateEnds === null && oldProtocols.length === 0) return [];
  const base = {
    ...commonOf(host, port, toolVersion),
    verdict: 'fail' as const,
    resourceType: 'tls service',
  };
  const place = `${host.address}:${port.port}`;
  const rows: GenericResult[] = [];
  const ends = Date.parse(certificateEnds === null ? '' : `${certificateEnds}Z`);
  if (Number(host.seenAt) * 1000 > ends) {
    rows.push({
      ...base,
      checkId: 'tls_certificate_expired',
      title: 'A TLS certificate has expired',
      remediation: 'Renew the certificate, and automate renewal.',
      severity: 'medium',
      observed: `the certificate of ${place} ended on ${certificateEnds?.slice(0, 10)}`,
    });
  }
  if (oldProtocols.length > 0) {
    rows.push({
      ...base,
      checkId: 'tls_old_protocol',
      title: 'An outdated TLS version is accepted',
      remediation: 'Accept TLS 1.2 and 1.3 only.',
      severity: 'medium',
      observed: `${place} accepts ${oldProtocols.join(', ')}`,
    });
  }
  return rows;
}

/** By the requested name, as its addresses change. */
export const targetOf = (host: NmapHost): string => host.asked || host.address;

/** A host that was asked for by its name also has an address, and the other way round. */
export const aliasesOf = (host: NmapHost): string[] =>
  (host.asked === '' ? host.names.map((name) => name.toLowerCase()) : [host.address]).filter(
    (name) => name !== '' && name !== targetOf(host),
  );

/** `tcp/443`, as `AskedPorts` reads it. */
export const placeOfPort = ({ protocol, port }: NmapPort): string => `${protocol}/${port}`;

/** `tcp/443/vulners`; `host/smb-vuln-ms17-010` where it is about the host. */
export const placeOfScript = (port: NmapPort | null, script: string): string =>
  `${port ? placeOfPort(port) : 'host'}/${script}`;

/** What all rows of a port have in common; null: of the host itself. */
export function commonOf(host: NmapHost, port: NmapPort | null, toolVersion: string) {
  const target = targetOf(host);
  return {
    rawSeverity: '',
    service: port?.method === 'probed' ? port.service : '',
    resourceType: port ? 'network service' : 'host',
    categories: ['network'],
    provider: 'network',
    accountId: target,
    accountAliases: aliasesOf(host),
    accountName: host.names[0] ?? '',
    uid: target,
    name: host.names[0] ?? target,
    subObject: port ? placeOfPort(port) : 'host',
    times: [Number(host.seenAt) || null],
    toolVersion,
    ...(port && { details: { network: networkOf(host, port) } }),
  };
}

function networkOf(host: NmapHost, port: NmapPort) {
  return {
    address: host.address,
    protocol: port.protocol,
    port: port.port,
    service: orNull(port.service),
    product: orNull(port.product),
    version: orNull(port.version),
    encrypted: port.encrypted,
  };
}
