import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { Inventoried, OpenFindings, PastScan } from './inventory.js';
import { NetworkProfile, ScanRun, WebDepth } from './orchestration.js';
import { listOf, PageQuery, pageOf } from './page.js';

const PREFIX = '/api/security-scans/targets';

export const TargetKind = z.enum(['web', 'network']);
export type TargetKind = z.infer<typeof TargetKind>;

/** A web site, or network hosts. */
export const InventoryTarget = Inventoried.extend({
  kind: TargetKind,
  name: z.string(),
  url: z.string().nullable().describe('null for a network target'),
  hosts: z
    .array(z.string())
    .describe('of a network target: names, addresses and ranges as entered'),
  isOwn: z
    .boolean()
    .describe('true when own targets declare every host, names by name and addresses by range'),
  findings: OpenFindings,
});
export type InventoryTarget = z.infer<typeof InventoryTarget>;

const Name = z.string().trim().min(1).max(200);
export const NewTarget = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('web'),
    url: z.string().trim().min(1).max(2_000),
    name: Name.optional(),
  }),
  z.object({
    kind: z.literal('network'),
    hosts: z.array(z.string().trim().min(1).max(300)).min(1).max(100),
    name: Name.optional(),
  }),
]);
export type NewTarget = z.infer<typeof NewTarget>;

/** How to scan: `depth` and `apiDefinition` are for web sites, `profile` for networks. */
export const TargetScanOptions = z.strictObject({
  depth: WebDepth.optional(),
  apiDefinition: z.string().max(2_000).optional(),
  profile: NetworkProfile.optional(),
});
export type TargetScanOptions = z.infer<typeof TargetScanOptions>;

const TargetParams = z.object({ targetId: z.string() });
const common = { module: 'web-security' } as const;

export const listTargets = endpoint({
  ...common,
  method: 'GET',
  path: PREFIX,
  access: 'scans:read',
  summary: 'Web and network targets by name, with their open findings',
  query: PageQuery.extend({
    kind: listOf(TargetKind),
    q: z.string().max(200).optional().describe('part of the name, address or host'),
  }),
  result: pageOf(InventoryTarget),
});
export const getTarget = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/:targetId`,
  access: 'scans:read',
  summary: 'One web or network target with its last scans',
  params: TargetParams,
  result: InventoryTarget.extend({ scans: z.array(PastScan).describe('the last twenty') }),
});
export const addTarget = endpoint({
  ...common,
  method: 'POST',
  path: PREFIX,
  access: 'scans:run',
  summary: 'Add a web or network target to the inventory, without scanning it',
  description: 'Scanned targets are added automatically.',
  body: NewTarget,
  unmasked: ['url', 'hosts'],
  result: InventoryTarget,
  status: 201,
});
export const scanTarget = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/:targetId/scan`,
  access: 'scans:run',
  summary: 'Scan a web or network target',
  description: 'Returns the queued scan at once; 409 with its id while one is running.',
  params: TargetParams,
  body: TargetScanOptions.default({}),
  unmasked: ['apiDefinition'],
  result: ScanRun,
  status: 202,
});
export const deleteTarget = endpoint({
  ...common,
  method: 'DELETE',
  path: `${PREFIX}/:targetId`,
  access: 'scans:run',
  summary: 'Remove a target from the inventory',
  description: 'Its findings and scans stay. Scanning it again adds it back.',
  params: TargetParams,
  result: z.object({ id: z.string() }),
});
