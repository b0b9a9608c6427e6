import { type CloudProvider, providerAccountId } from '../../../contract/cloud-security.js';
import type { StoredAccount } from '../../modules/cloud-security/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { NotFoundError } from '../../platform/errors.js';
import { oneLine } from '../output/scan-words.js';
import { usageError } from '../usage-error.js';
import type { ScanCore } from '../with-core.js';

const PAGE_SIZE = 500;

export async function allAccounts({ cloud }: ScanCore): Promise<StoredAccount[]> {
  const found: StoredAccount[] = [];
  let cursor: string | undefined;
  do {
    const page = await cloud.accounts.list(localOperator, PAGE_SIZE, cursor);
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** Finds an account by id, name or provider id. */
export async function findAccount(
  core: ScanCore,
  named: string,
  provider?: CloudProvider,
): Promise<StoredAccount> {
  const all = (await allAccounts(core)).filter(
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
