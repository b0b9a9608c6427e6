import { z } from 'zod';
import { REQUIREMENT_STATUSES } from '../../../contract/compliance.js';
import { choiceParam, textParam } from '../../app/search-params.js';

export const frameworkSearch = z.object({
  status: choiceParam(REQUIREMENT_STATUSES),
  q: textParam,
});
export type FrameworkSearch = z.infer<typeof frameworkSearch>;
