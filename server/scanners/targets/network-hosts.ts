import ipaddr from 'ipaddr.js';
import { NetworkTarget } from '../../../contract/scan-targets.js';
import { type Host, parseAddress, parseHost } from './host-name.js';
import { parsePorts } from './port-list.js';
import { fitting, refuse } from './refuse.js';

export interface NetworkHosts {
  /** Every single host: ranges are expanded, duplicates removed. */
  hosts: Host[];
  /** `22,80,8000-8100` in order, null for the profile's own. */
  ports: string | null;
}

/** Addresses that one scan may touch. */
export const MAX_HOSTS = 1024;

/** Reads names, addresses and CIDR ranges; ranges are expanded here so that no tool expands anything. */
export function networkHostsOf(given: NetworkTarget, max = MAX_HOSTS): NetworkHosts {
  const target = fitting(NetworkTarget, given, 'network target');
  const hosts = new Map<string, Host>();
  for (const text of target.hosts) {
    for (const host of expand(text, max)) {
      hosts.set(host.text, host);
      if (hosts.size > max) throw refuse('network target', text, `it makes more than ${max} hosts`);
    }
  }
  return {
    hosts: [...hosts.values()],
    ports: target.ports === undefined ? null : parsePorts(target.ports),
  };
}

function expand(text: string, max: number): Host[] {
  const range = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  if (!range) return [parseHost(text)];
  const base = parseAddress(range[1] ?? '');
  const bits = Number(range[2]);
  if (!base || bits > (base.kind === 'ipv4' ? 32 : 128)) {
    throw refuse('range', text, 'it is not a CIDR range such as 192.0.2.0/28');
  }
  const size = 2 ** ((base.kind === 'ipv4' ? 32 : 128) - bits);
  if (size > max) throw refuse('range', text, `it holds more than ${max} addresses`);
  const bytes = networkBytes(ipaddr.parse(base.text).toByteArray(), bits);
  return Array.from({ length: size }, (_, offset) => ({
    kind: base.kind,
    text: ipaddr.fromByteArray(plus(bytes, offset)).toString(),
  }));
}

function networkBytes(bytes: number[], bits: number): number[] {
  return bytes.map((byte, at) => {
    const kept = Math.min(8, Math.max(0, bits - at * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
}

function plus(bytes: number[], offset: number): number[] {
  const sum = [...bytes];
  let carry = offset;
  for (let at = sum.length - 1; at >= 0 && carry > 0; at -= 1) {
    const value = (sum[at] ?? 0) + carry;
    sum[at] = value & 0xff;
    carry = Math.floor(value / 256);
  }
  return sum;
}
