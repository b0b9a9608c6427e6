import { z } from 'zod';
import { EVIDENCE_KINDS, EVIDENCE_STATES } from '../../../contract/evidence.js';
import { choiceParam, textParam } from '../../app/search-params.js';

export const evidenceSearch = z.object({
  q: textParam,
  state: choiceParam(EVIDENCE_STATES),
  kind: choiceParam(EVIDENCE_KINDS),
  control: textParam,
  framework: textParam,
  view: choiceParam(['expiring', 'deleted']),
});
export type EvidenceSearch = z.infer<typeof evidenceSearch>;

export const gapsSearch = z.object({ framework: textParam });
