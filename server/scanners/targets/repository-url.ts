import type { RepositoryTarget } from '../../../contract/scan-targets.js';
import { refuse, refuseSecrets, requirePlain } from './refuse.js';
import { parseWebUrl, type WebUrl } from './web-url.js';

export interface RepositoryUrl {
  url: WebUrl;
  text: string;
  at: { what: 'branch' | 'tag' | 'commit'; name: string } | null;
}

/** Git's rules for names, narrowed. */
const REF = /^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)|\/\.))[A-Za-z0-9_][\w./+@#-]{0,199}$/;

/**
 * Reads the address of a git repository: https only, so that neither `file:`, `ssh:` nor git's `ext::`
 * transports, which read files or run programs, can be used; no user name, query or fragment.
 */
export function repositoryOf(target: RepositoryTarget): RepositoryUrl {
  const what = 'repository';
  const url = parseWebUrl(target.url, what);
  if (url.scheme !== 'https') throw refuse(what, target.url, 'only https:// is taken');
  if (url.text.includes('?') || target.url.includes('#')) {
    throw refuse(what, target.url, 'it has a query or a fragment');
  }
  if (url.text === `${url.origin}/`) throw refuse(what, target.url, 'it names no repository');
  if (/%00|%0[ad]|%2e|%5c|%2f/i.test(target.url))
    throw refuse(what, target.url, 'its path is malformed');
  return { url, text: url.text, at: target.at ? refOf(target.at) : null };
}

function refOf(at: NonNullable<RepositoryTarget['at']>): RepositoryUrl['at'] {
  requirePlain(at.what, at.name, 200);
  refuseSecrets(at.what, at.name);
  const fits = at.what === 'commit' ? /^[0-9a-f]{7,64}$/.test(at.name) : REF.test(at.name);
  if (!fits || /[./]$/.test(at.name))
    throw refuse(at.what, at.name, 'it is not a name that git has');
  return { ...at };
}
