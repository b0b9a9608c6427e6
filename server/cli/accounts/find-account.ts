import {
  type CloudAccount,
  type CloudProvider,
  listCloudAccounts,
  providerAccountId,
} from '../../../contract/cloud-security.js';
import { NotFoundError } from '../../platform/errors.js';
import { oneLine } from '../output/scan-words.js';
import type { Api } from '../remote/api.js';
import { usageError } from '../usage-error.js';

/** As many as the API gives at once. */
const PAGE_SIZE = 200;

export async function allAccounts(api: Api): Promise<CloudAccount[]> {
  const found: CloudAccount[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.call(listCloudAccounts, { query: { limit: PAGE_SIZE, cursor } });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** Finds an account by id, name or provider id. */
export async function findAccount(
  api: Api,
  named: string,
  provider?: CloudProvider,
): Promise<CloudAccount> {
  const all = (await allAccounts(api)).filter(
    (account) => provider === undefined || account.provider === provider,
  );
  const wanted = named.toLowerCase();
  const found = all.filter(({ id, name, scope }) =>
    [id, name.toLowerCase(), providerAccountId(scope).toLowerCase()].includes(wanted),
  );
  const [account] = found;
  if (account && found.length === 1) return account;
  if (account) {
    const ids = found.map(({ id }) => id).join(', ');
    throw usageError(`several accounts are named ${oneLine(named, 100)}; give the id: ${ids}`);
  }
  const kind = provider ? `${provider} account` : 'account';
  const names = all.map(({ name }) => oneLine(name, 100)).join(', ') || 'none';
  throw new NotFoundError(`there is no ${kind} ${oneLine(named, 100)}; there are: ${names}`);
}
