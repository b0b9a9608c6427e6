import { z } from 'zod';
import { textParam } from '../../app/search-params.js';

/** `release`: the stored release whose changes are shown; `q`: words in a framework's name. */
export const scfSearch = z.object({ release: textParam, q: textParam });
export type ScfSearch = z.infer<typeof scfSearch>;
