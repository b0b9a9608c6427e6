import { isIP } from 'node:net';
import type { Host } from './host-name.js';

/** A name with the addresses that were allowed for it, so that it cannot resolve to others while a container runs. */
export function pinnedHosts(
  host: Host | null,
  addresses: readonly string[],
): { name: string; address: string }[] {
  if (host?.kind !== 'name') return [];
  // The networks of containers have no IPv6, and not every tool tries the next address.
  const four = addresses.filter((address) => isIP(address) === 4);
  return (four.length > 0 ? four : addresses).map((address) => ({ name: host.text, address }));
}
