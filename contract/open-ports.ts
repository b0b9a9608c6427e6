import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

/** The open ports that network scans and imported reports saw, whether or not a rule calls them a finding. */

export const OpenPort = z.object({
  address: z.string(),
  protocol: z.string(),
  port: z.number(),
  service: z.string().nullable(),
  product: z.string().nullable(),
  version: z.string().nullable(),
  encrypted: z.boolean(),
  isFinding: z.boolean().describe('a check of this port failed'),
  seenAt: z.string().describe('when a report last saw it open'),
});
export type OpenPort = z.infer<typeof OpenPort>;

export const HostPorts = z.object({
  host: z.string().describe('the name or address that was scanned, as in findings'),
  importId: z.string(),
  scanId: z.string().nullable(),
  seenAt: z.string(),
  ports: z.array(OpenPort),
  isCut: z.boolean().describe('the host has more open ports than are stored'),
});
export type HostPorts = z.infer<typeof HostPorts>;

export const listOpenPorts = endpoint({
  method: 'GET',
  path: '/api/security-scans/open-ports',
  module: 'security-scans',
  access: 'findings:read',
  summary: 'Open ports by host: those known now, or those of one scan or import',
  query: PageQuery.extend({
    scanId: z.string().max(100).optional(),
    importId: z.string().max(100).optional(),
    host: z.string().max(300).optional(),
  }),
  result: pageOf(HostPorts),
});
export const listTargetPorts = endpoint({
  method: 'GET',
  path: '/api/security-scans/targets/:targetId/open-ports',
  module: 'web-security',
  access: 'scans:read',
  summary: 'Open ports of the hosts of a target, as known now',
  params: z.object({ targetId: z.string() }),
  query: PageQuery,
  result: pageOf(HostPorts),
});
