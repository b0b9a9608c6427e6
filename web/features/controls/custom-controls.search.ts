import { z } from 'zod';
import { textParam } from '../../app/search-params.js';

export const ownControlsSearch = z.object({ q: textParam });
