import type { getPosture } from '../../../contract/compliance.js';
import type { ResultOf } from '../../api/apiService.js';

export type PostureData = ResultOf<typeof getPosture>;

/** Nothing was imported and nobody has answered for anything. */
export function isEmpty({ accounts, frameworks }: PostureData): boolean {
  return accounts.length === 0 && frameworks.every(({ band }) => band === 'none');
}
