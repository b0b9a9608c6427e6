import { decide, type WebCheckId, type WebResult } from './web-checks.js';

const pass = (check: WebCheckId, observed: string) => decide(check, true, observed);
const fail = (check: WebCheckId, observed: string) => decide(check, false, observed);

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const HALF_A_YEAR_S = 15_552_000;
/** A policy source that matches every site: `*`, `https:`, `https://*`, `*:*`. */
const ANYWHERE = /^(?:https?:|(?:https?:\/\/)?\*(?::[\d*]+)?)$/;

/** The results from a page's response headers. */
export function judgeHeaders(headers: Headers, scheme: 'http' | 'https'): WebResult[] {
  const csp = policyOf(headers);
  const nosniff = headerOf(headers, 'x-content-type-options').toLowerCase() === 'nosniff';
  const permissions = headerOf(headers, 'permissions-policy');
  return [
    ...(scheme === 'https' ? [judgeHsts(headerOf(headers, 'strict-transport-security'))] : []),
    judgeScripts(csp),
    decide(
      'content-type-options',
      nosniff,
      nosniff ? 'nosniff is sent.' : 'X-Content-Type-Options is missing or not nosniff.',
    ),
    judgeFraming(csp, headerOf(headers, 'x-frame-options')),
    judgeReferrer(headerOf(headers, 'referrer-policy')),
    decide(
      'permissions-policy',
      permissions !== '',
      permissions === '' ? 'Permissions-Policy is missing.' : 'Permissions-Policy is sent.',
    ),
    judgeBanner(headers),
  ];
}

function judgeHsts(value: string): WebResult {
  if (value === '') return fail('hsts', 'Strict-Transport-Security is missing.');
  const age = /(?:^|;)\s*max-age\s*=\s*"?(\d+)"?/i.exec(value)?.[1];
  if (age === undefined) return fail('hsts', 'Strict-Transport-Security has no max-age.');
  return decide('hsts', Number(age) >= HALF_A_YEAR_S, `max-age is ${age} seconds.`);
}

function judgeScripts(csp: Map<string, string[]> | null): WebResult {
  if (!csp) return fail('csp', 'Content-Security-Policy is missing.');
  const sources = csp.get('script-src') ?? csp.get('default-src');
  if (!sources) return fail('csp', 'The policy does not restrict scripts.');
  // Browsers ignore unsafe-inline with a nonce or hash, and hosts with strict-dynamic: both are fallbacks for older ones.
  const isNamed = sources.some((source) => /^'(nonce|sha(256|384|512))-/.test(source));
  const isDynamic = sources.includes("'strict-dynamic'");
  const loose = sources.find((source) => {
    if (source === "'unsafe-inline'") return !isNamed;
    return (ANYWHERE.test(source) || source === 'data:') && !isDynamic;
  });
  return loose
    ? fail('csp', `The policy allows scripts from ${loose}.`)
    : pass('csp', 'The policy limits scripts.');
}

function judgeFraming(csp: Map<string, string[]> | null, xFrameOptions: string): WebResult {
  const ancestors = csp?.get('frame-ancestors');
  if (ancestors) {
    const loose = ancestors.find((source) => ANYWHERE.test(source));
    return decide('framing', !loose, `frame-ancestors is ${ancestors.join(' ') || 'empty'}.`);
  }
  const isGood = /^(deny|sameorigin)$/i.test(xFrameOptions);
  const stated = xFrameOptions === '' ? 'missing' : xFrameOptions.slice(0, 60);
  return decide('framing', isGood, `frame-ancestors is missing, X-Frame-Options is ${stated}.`);
}

/** The policies that browsers support, and whether each hides paths and queries from other sites. */
const REFERRER_POLICIES: ReadonlyMap<string, boolean> = new Map([
  ['no-referrer', true],
  ['origin', true],
  ['origin-when-cross-origin', true],
  ['same-origin', true],
  ['strict-origin', true],
  ['strict-origin-when-cross-origin', true],
  ['no-referrer-when-downgrade', false],
  ['unsafe-url', false],
]);

function judgeReferrer(value: string): WebResult {
  if (value === '') return fail('referrer-policy', 'Referrer-Policy is missing.');
  // In a list, the last supported policy applies.
  const names = value.split(',').map((name) => name.trim().toLowerCase());
  const last = names.findLast((name) => REFERRER_POLICIES.has(name));
  if (last === undefined) return fail('referrer-policy', 'Referrer-Policy has no valid value.');
  const isGood = REFERRER_POLICIES.get(last) ?? false;
  return decide('referrer-policy', isGood, `Referrer-Policy is ${last}.`);
}

function judgeBanner(headers: Headers): WebResult {
  const names = [
    'server',
    'x-powered-by',
    'x-aspnet-version',
    'x-aspnetmvc-version',
    'x-generator',
  ];
  const loud = names.filter((name) => /\d\.\d/.test(headerOf(headers, name)));
  return loud.length === 0
    ? pass('server-version', 'No header shows a version.')
    : fail(
        'server-version',
        `Versions are shown by ${loud.map((name) => `${name} (${headerOf(headers, name).slice(0, 60)})`).join(', ')}.`,
      );
}

/** All policies apply at once, so the first one with the directive is enough to judge. */
function policyOf(headers: Headers): Map<string, string[]> | null {
  const text = headerOf(headers, 'content-security-policy');
  if (text === '') return null;
  const policy = new Map<string, string[]>();
  for (const directive of text.split(/[;,]/)) {
    const [name, ...sources] = directive.trim().split(/\s+/);
    if (name && !policy.has(name.toLowerCase())) {
      policy.set(
        name.toLowerCase(),
        sources.map((source) => source.toLowerCase()),
      );
    }
  }
  return policy;
}

function headerOf(headers: Headers, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(', ') : (value ?? '')).trim();
}

/** One result per cookie and check; none without cookies. */
export function judgeCookies(setCookie: readonly string[], scheme: 'http' | 'https'): WebResult[] {
  const cookies = new Map<string, string[]>();
  for (const line of setCookie.slice(0, 50)) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, Math.max(0, pair.indexOf('='))).slice(0, 100);
    if (name !== '')
      cookies.set(
        name,
        attributes.map((one) => one.toLowerCase()),
      );
  }
  return [...cookies].flatMap(([name, attributes]) => {
    const secure = attributes.includes('secure');
    const sameSite = attributes.find((one) => one.startsWith('samesite='))?.slice(9) ?? '';
    const isOwn = sameSite === 'lax' || sameSite === 'strict' || (sameSite === 'none' && secure);
    const httpOnly = attributes.includes('httponly');
    return [
      ...(scheme === 'https'
        ? [decide('cookie-secure', secure, `${name} is ${secure ? '' : 'not '}Secure.`, name)]
        : []),
      decide('cookie-httponly', httpOnly, `${name} is ${httpOnly ? '' : 'not '}HttpOnly.`, name),
      decide('cookie-samesite', isOwn, `SameSite of ${name} is ${sameSite || 'missing'}.`, name),
    ];
  });
}
