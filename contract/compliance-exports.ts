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
    'One event per check result and control it counts for. A pass that does not prove the control is exported as a warning, never as a pass.',
  query: z.object({
    framework: z.string().max(200).optional().describe('only controls of this framework'),
    controlId: z.string().max(200).optional(),
    status: listOf(z.enum(RESULT_STATUSES)),
  }),
  result: z.string(),
  download: ['application/x-ndjson'],
});

export const exportMappingCollection = endpoint({
  method: 'GET',
  path: '/api/common-controls/export/mapping-collection',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Control-to-requirement mappings as an OSCAL mapping collection (1.2), JSON',
  query: z.object({
    framework: z.string().max(200).optional().describe('default: all frameworks of the team'),
  }),
  result: z.string(),
  download: ['application/json'],
});
