import { z } from 'zod';
import { CLOUD_PROVIDERS } from '../../../contract/cloud-security.js';
import { choiceParam, textParam } from '../../app/search-params.js';

/** The initial values of the form: an account that reports name, to be scanned too. */
export const newAccountSearch = z.object({
  provider: choiceParam(CLOUD_PROVIDERS),
  account: textParam,
  name: textParam,
});
export type NewAccountSearch = z.infer<typeof newAccountSearch>;
