import { z } from 'zod';
import { choiceParam, textParam } from '../../app/search-params.js';

export const frameworksSearch = z.object({
  show: choiceParam(['active', 'inactive', 'own']),
  q: textParam,
});
export type FrameworksSearch = z.infer<typeof frameworksSearch>;
