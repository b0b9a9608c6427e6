import { z } from 'zod';
import { choiceParam } from '../../app/search-params.js';

const KINDS = ['failing', 'partial', 'not_assessed', 'attestation', 'people'] as const;
export type GapKind = (typeof KINDS)[number];
export const gapsSearch = z.object({ kind: choiceParam(KINDS) });
