import type { ClaimRule } from '../../../../contract/identity-providers.js';

export type Claims = Readonly<Record<string, unknown>>;

/**
 * What an ID token and the userinfo endpoint say together: the ID token counts first. An address and whether it is
 * verified are taken from one of them, never one from each.
 */
export function mergedClaims(idToken: Claims, userInfo: Claims): Claims {
  const { email, email_verified, ...rest } = userInfo;
  const isSame = idToken.email === undefined || idToken.email === email;
  return { ...rest, ...(isSame ? { email, email_verified } : {}), ...defined(idToken) };
}

/** The texts of a claim; of a path in nested claims, if no claim has the whole name. */
export function valuesOf(claims: Claims, name: string): string[] {
  const direct = ownOf(claims, name);
  const value =
    direct === undefined
      ? name.split('.').reduce<unknown>((from, part) => ownOf(from, part), claims)
      : direct;
  return (Array.isArray(value) ? value : [value]).filter(isScalar).map(String);
}

/** In lower case; null without a verified address. */
export function verifiedEmailOf(claims: Claims, trustsEmail: boolean): string | null {
  const { email, email_verified: verified } = claims;
  if (typeof email !== 'string' || !/^[^\s@]{1,64}@[^\s@]{1,189}$/.test(email)) return null;
  // Some providers send it as a text.
  return trustsEmail || verified === true || verified === 'true' ? email.toLowerCase() : null;
}

/** For display: the person’s name, else what else the provider calls them. */
export function nameOf(claims: Claims): string | null {
  const { name, preferred_username: userName, email } = claims;
  const found = [name, userName, email].find(
    (text): text is string => typeof text === 'string' && text.trim() !== '',
  );
  const clean = found?.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return clean ? [...clean].slice(0, 100).join('') : null;
}

export function matches(
  { claim, test, value }: Pick<ClaimRule, 'claim' | 'test' | 'value'>,
  claims: Claims,
  trustsEmail: boolean,
): boolean {
  const values = valuesOf(claims, claim);
  if (test === 'contains') return values.includes(value);
  if (test === 'equals') return values.length === 1 && values[0] === value;
  const email = claim === 'email' ? verifiedEmailOf(claims, trustsEmail) : null;
  return email?.split('@')[1] === value.toLowerCase().replace(/^@/, '');
}

/** A claim of the rules that the provider left out because it is too long, as Entra ID does with many groups. */
export function omittedClaim(rules: readonly ClaimRule[], claims: Claims): string | null {
  const omitted = Object.keys((claims._claim_names as object | undefined) ?? {});
  if (claims.hasgroups === true || claims.hasgroups === 'true') omitted.push('groups');
  const missing = rules.find(({ claim }) => omitted.includes(claim) && claims[claim] === undefined);
  return missing?.claim ?? null;
}

/** Whether the provider says that the person showed a second factor, in one of the words that are trusted. */
export function hasSecondFactor(claims: Claims, trustedAmr: readonly string[]): boolean {
  const said = [...valuesOf(claims, 'amr'), ...valuesOf(claims, 'acr')];
  return trustedAmr.some((value) => said.includes(value));
}

/** Of the token itself, not of the person. */
const TECHNICAL =
  /^(?:at_hash|c_hash|s_hash|nonce|jti|aud|azp|exp|iat|nbf|sid|rh|uti|aio|iss|sub)$/;
const PERSONAL =
  /^(?:address|birthdate|gender|phone_number|picture|profile|website|zoneinfo|ssn|nationalities)$/;
const MAX_CLAIMS = 100;
const MAX_CHARACTERS = 2_000;

/** What administrators see of the claims: without those of the token, personal data and secrets as dots. */
export function shownClaims(
  claims: Claims,
  mask: (text: string) => string,
): { name: string; value: string }[] {
  return Object.entries(claims)
    .filter(([name, value]) => !TECHNICAL.test(name) && value !== undefined)
    .slice(0, MAX_CLAIMS)
    .map(([name, value]) => ({
      name: name.slice(0, 200),
      value: PERSONAL.test(name) ? '"••••"' : shortened(mask(JSON.stringify(value))),
    }));
}

function shortened(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}

function ownOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function defined(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
