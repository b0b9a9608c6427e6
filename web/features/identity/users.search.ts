import { z } from 'zod';

export const usersSearch = z.object({
  /** Part of a name or an e-mail address; the server takes no more. */
  q: z.coerce.string().trim().max(100).optional().catch(undefined),
});
