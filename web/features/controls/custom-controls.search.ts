import { z } from 'zod';
import { textParam } from '../../app/search-params.js';

export const customControlsSearch = z.object({ q: textParam });
