import { z } from 'zod';
import { choiceParam, textParam } from '../../app/search-params.js';

export const targetsSearch = z.object({
  q: textParam,
  kind: choiceParam(['web', 'network']),
});
export type TargetsSearch = z.infer<typeof targetsSearch>;
