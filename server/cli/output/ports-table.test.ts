import { expect, test } from 'vitest';
import { portLines } from './ports-table.js';
import { withoutColours } from './style.js';

const port = {
  ...{ address: '203.0.113.7', protocol: 'tcp', port: 23, service: 'telnet' },
  ...{ product: null, version: null, encrypted: false, isFinding: true },
  seenAt: '2026-03-01T12:00:00.000Z',
};
const host = {
  ...{ host: 'db.example', importId: 'imp_1', scanId: 'scan_1', isCut: false },
  seenAt: port.seenAt,
};

test('open ports are listed with their service, and whether they are findings', () => {
  const web = { ...port, port: 443, service: null, product: 'nginx', isFinding: false };
  const text = withoutColours(portLines([{ ...host, ports: [port, web] }], 100).join('\n'));
  expect(text.replace(/ +/g, ' ')).toContain('db.example 23/tcp telnet finding');
  expect(text.replace(/ +/g, ' ')).toContain('db.example 443/tcp not identified nginx –');
});

test('a scan without open ports adds no lines, and one with very many says how many are left out', () => {
  expect(portLines([{ ...host, ports: [] }], 100)).toEqual([]);
  const ports = Array.from({ length: 250 }, (_, i) => ({ ...port, port: i }));
  expect(portLines([{ ...host, ports }], 100).at(-1)).toContain('50 more open ports');
});
