import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidInputError } from '../../platform/errors.js';
import { type DeclaredOwn, decideAddresses, type Host } from './index.js';

/** Every address of a name; empty when it has none. */
export type Lookup = (name: string) => Promise<string[]>;

const LOOKUP_MS = 10_000;
const AT_ONCE = 16;
const MAX_REFUSALS_SHOWN = 5;

/** As this machine resolves names. */
export const lookup: Lookup = async (name) => {
  const late = new AbortController();
  try {
    const found = await Promise.race([
      systemLookup(name, { all: true }),
      sleep(LOOKUP_MS, [], { signal: late.signal, ref: false }),
    ]);
    return found.map(({ address }) => address);
  } catch {
    return [];
  } finally {
    late.abort();
  }
};

/**
 * The addresses of these hosts, if every one may be scanned. Called when a scan is requested, so that the
 * user gets the error, and again when it runs, as names move. Throws InvalidInputError.
 */
export async function allowedAddresses(
  hosts: readonly Host[],
  declared: DeclaredOwn,
  resolve: Lookup = lookup,
): Promise<string[]> {
  const addresses = new Set<string>();
  const refusals: string[] = [];
  for (let at = 0; at < hosts.length; at += AT_ONCE) {
    const some = hosts.slice(at, at + AT_ONCE);
    const found = await Promise.all(
      some.map(async (host) => (host.kind === 'name' ? resolve(host.text) : [host.text])),
    );
    for (const [i, host] of some.entries()) {
      const its = found[i] ?? [];
      const decision = decideAddresses(host, its, declared);
      refusals.push(...decision.refusals.map(({ what, why }) => `${what}: ${why}`));
      for (const address of its) addresses.add(address);
    }
  }
  if (refusals.length > 0) {
    const more =
      refusals.length > MAX_REFUSALS_SHOWN
        ? ` (and ${refusals.length - MAX_REFUSALS_SHOWN} more)`
        : '';
    throw new InvalidInputError(`${refusals.slice(0, MAX_REFUSALS_SHOWN).join('; ')}${more}`);
  }
  return [...addresses];
}

/** Whether the team has declared this host as its own; public hosts need that too. */
export function isDeclared(
  host: Host,
  addresses: readonly string[],
  declared: DeclaredOwn,
): boolean {
  return declaredCheck(declared)(host, addresses);
}

/** The same for many hosts, with the ranges read once. */
export function declaredCheck({
  names,
  ranges,
}: DeclaredOwn): (host: Host, addresses: readonly string[]) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [base = '', bits] = range.split('/');
    const family = familyOf(base);
    if (!family) continue;
    list.addSubnet(
      base,
      bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits),
      family,
    );
  }
  return (host, addresses) => {
    const byName = names.some((name) => {
      const own = name.toLowerCase();
      return own.startsWith('*.') ? host.text.endsWith(own.slice(1)) : host.text === own;
    });
    if (byName) return true;
    const all = host.kind === 'name' ? addresses : [host.text];
    return all.length > 0 && all.every((one) => list.check(one, familyOf(one) ?? 'ipv4'));
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  if (version === 0) return null;
  return version === 4 ? 'ipv4' : 'ipv6';
}
