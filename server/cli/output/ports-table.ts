import type { HostPorts } from '../../../contract/open-ports.js';
import { oneLine } from './scan-words.js';
import { dim, red } from './style.js';
import { table } from './table.js';

const MAX_LINES = 200;

/** The open ports of a scan's hosts; empty for a scan that saw none. */
export function portLines(hosts: readonly HostPorts[], room: number): string[] {
  const rows = hosts.flatMap(({ host, ports }) =>
    ports.map(({ port, protocol, service, product, version, isFinding }) => [
      oneLine(host, 100),
      `${port}/${protocol}`,
      oneLine([service ?? 'not identified', product, version].filter(Boolean).join(' '), 200),
      isFinding ? { text: 'finding', paint: red } : '–',
    ]),
  );
  if (rows.length === 0) return [];
  const columns = [
    { title: 'Host', grows: 1 },
    { title: 'Open port' },
    { title: 'Service', grows: 2 },
    { title: 'Finding' },
  ];
  const left = rows.length - MAX_LINES;
  const more = left > 0 ? [dim(`… and ${left} more open ports (--json lists all)`)] : [];
  return ['', table(columns, rows.slice(0, MAX_LINES), room), ...more];
}
