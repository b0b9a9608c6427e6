import type { getPosture } from '../../../contract/compliance.js';
import type { ResultOf } from '../../api/apiService.js';

export type PostureData = ResultOf<typeof getPosture>;

/** Nothing has been imported or answered yet. */
export function isEmpty({ accounts, frameworks }: PostureData): boolean {
  return accounts.length === 0 && frameworks.every(({ band }) => band === 'none');
}
