import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { ImportDetail } from './security-scans.js';

export const undoImport = endpoint({
  method: 'POST',
  path: '/api/security-scans/imports/:importId/undo',
  module: 'security-scans',
  access: 'imports:write',
  summary: 'Undo an import: findings, results and controls are as before it',
  description:
    'Returns when it is done. 409 with the reason when a newer import or a triage rests on it, or when what it changed is no longer stored.',
  params: z.object({ importId: z.string() }),
  result: ImportDetail,
});
