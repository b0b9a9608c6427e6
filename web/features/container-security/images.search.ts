import { z } from 'zod';
import { SEVERITIES } from '../../../contract/severity.js';
import { choiceParam, textParam } from '../../app/search-params.js';

export const imagesSearch = z.object({
  q: textParam,
  registry: textParam,
  /** With open findings of this severity. */
  severity: choiceParam(SEVERITIES),
});
export type ImagesSearch = z.infer<typeof imagesSearch>;
