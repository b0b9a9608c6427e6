import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { listOf } from './page.js';

export const RESULT_STATUSES = ['pass', 'fail', 'unknown'] as const;

export const exportOcsf = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/export/ocsf',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Results as OCSF Compliance Findings (class 2003), JSON lines',
  description:
    'One event per check result and control that it counts for. A pass that does not prove the control is a warning, never a pass.',
  query: z.object({
    framework: z.string().max(200).optional().describe('only controls that serve this framework'),
    controlId: z.string().max(200).optional(),
    status: listOf(z.enum(RESULT_STATUSES)),
  }),
  result: z.string(),
  download: true,
});

export const exportMappingCollection = endpoint({
  method: 'GET',
  path: '/api/common-controls/export/mapping-collection',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Controls beside requirements as an OSCAL mapping collection (1.2), JSON',
  query: z.object({
    framework: z.string().max(200).optional().describe('all frameworks of the team without it'),
  }),
  result: z.string(),
  download: true,
});
