import { classOf, runEnd } from './chars.js';
import { isMaskedAt } from './secret-names.js';
import type { SecretRange } from './secret-ranges.js';

/** Addresses that are a secret from here on: whoever knows them may post. */
const HOOKS = [
  ...['hooks.slack.com/services/', 'hooks.slack.com/workflows/', 'hooks.slack.com/triggers/'],
  ...['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/', 'outlook.office.com/webhook/'],
  ...['.webhook.office.com/webhookb2/', 'hooks.zapier.com/hooks/catch/'],
];
const PATH = classOf('A-Za-z0-9+/=@_.-');
/** Passwords that say that the name before them is the secret. */
const NO_PASSWORDS = new Set(['', 'x-oauth-basic']);
/** A name of a user that is a token. */
const TOKEN_AS_USER = /^(?=.*\d)[\w-]{20,300}$/;

/**
 * `scheme://user:password@host`, `scheme://token@host`, and web hooks, also with one slash, as paths are written; `at` is
 * the colon.
 */
export function urlSecretAt(text: string, at: number): SecretRange | null {
  const from = text.charCodeAt(at + 2) === 0x2f ? at + 3 : at + 2;
  const last = Math.min(text.length, from + 300);
  let colon = -1;
  for (let i = from; i < last; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x3a && colon < 0) colon = i;
    else if (c === 0x40) return userSecret(text, { at, from, colon, end: i });
    else if (c === 0x2f) return hookAt(text, at, i);
    else if (c <= 0x20 || c === 0x22 || c === 0x27 || c === 0x5c || c === 0x3e || c === 0x3f) {
      return null;
    }
  }
  return null;
}

/** `://user:password@` within the parameter of an address, encoded once. */
const ENCODED = /^%3A%2F%2F[^\s"'%&]{0,100}%3A([^\s"'&@]{1,200}?)%40/i;

/** The same, encoded as in the parameter of an address; `at` is the percent sign. */
export function encodedUrlSecretAt(text: string, at: number): SecretRange | null {
  if (text.charCodeAt(at + 3) !== 0x25 || text.charCodeAt(at + 4) !== 0x32) return null;
  const found = ENCODED.exec(text.slice(at, at + 320));
  const password = found?.[1];
  if (!found || password === undefined) return null;
  const end = at + found[0].length - '%40'.length;
  const from = end - password.length;
  return isMaskedAt(text, from) ? null : { start: at, from, end };
}

/** In the part from `from` to the `@` at `end`; `colon` is before the password, or -1. */
function userSecret(
  text: string,
  { at, from, colon, end }: Record<'at' | 'from' | 'colon' | 'end', number>,
): SecretRange | null {
  const user = text.slice(from, colon < 0 ? end : colon);
  const isToken = colon < 0 || NO_PASSWORDS.has(text.slice(colon + 1, end));
  if (isToken) {
    return TOKEN_AS_USER.test(user) ? { start: at, from, end: from + user.length } : null;
  }
  if (colon <= from || end <= colon + 1 || isMaskedAt(text, colon + 1)) return null;
  return { start: at, from: colon + 1, end };
}

/** `slash`: where the path begins. */
function hookAt(text: string, at: number, slash: number): SecretRange | null {
  const last = text.charCodeAt(slash - 1);
  // All of these hosts end in .com.
  if (last !== 0x6d) return null;
  const near = text.slice(at, slash + 40);
  const hook = HOOKS.find((each) => near.includes(each) && near.indexOf(each) <= slash - at);
  if (hook === undefined) return null;
  const secret = at + near.indexOf(hook) + hook.length;
  const end = runEnd(text, secret, PATH);
  return isMaskedAt(text, secret) || end === secret ? null : { start: at, from: secret, end };
}
