import { z } from 'zod';
import { MAPPING_STATES } from '../../../contract/mapping-review.js';
import { choiceParam, textParam } from '../../app/search-params.js';

export const mappingsSearch = z.object({
  state: choiceParam(MAPPING_STATES),
  tier: choiceParam(['1', '2', '3', '4']),
  tool: textParam,
  service: textParam,
  controlId: textParam,
  checkId: textParam,
  q: textParam,
});
export type MappingsSearch = z.infer<typeof mappingsSearch>;
