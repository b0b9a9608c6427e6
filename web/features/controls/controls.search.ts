import { z } from 'zod';
import { CONTROL_STATUSES } from '../../../contract/compliance.js';
import { choiceParam, textParam } from '../../app/search-params.js';

export const controlsSearch = z.object({
  domain: textParam,
  status: choiceParam(CONTROL_STATUSES),
  q: textParam,
});
export type ControlsSearch = z.infer<typeof controlsSearch>;
