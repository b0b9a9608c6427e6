/** Path segments that identify one item among many: they vary while the page stays the same. */
const VARYING = [
  /^\d+$/,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  /^(?=.*\d)[0-9a-f]{16,}$/i,
  /^(?=.*\d)(?=.*[A-Za-z])[\w-]{24,}$/,
];

/**
 * The part of an address that is stable across scans: its origin, and its path with the names of its
 * parameters, without values, session ids and numbers.
 */
export function urlIdentity(uri: string, site: string): { origin: string; path: string } {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (!url || url.origin === 'null') {
    return { origin: originOf(site), path: `/${uri.split(/[?#;]/)[0] ?? ''}`.replace(/^\/+/, '/') };
  }
  const path = url.pathname
    .split('/')
    .map((part) => part.split(';')[0] ?? '')
    .map((part) => (VARYING.some((pattern) => pattern.test(part)) ? '*' : part))
    .join('/');
  const names = [...new Set(url.searchParams.keys())].filter((name) => name.length <= 100).sort();
  const query = names.length > 0 ? `?${names.slice(0, 50).join('&')}` : '';
  return { origin: url.origin, path: `${path}${query}` };
}

/** Removes query values, session ids and passwords: possibly secret, and not needed to find the place. */
export function withoutValues(uri: string): string {
  const [withoutFragment = ''] = uri
    .slice(0, 4_000)
    .replace(/^([a-z][a-z0-9+.-]{0,20}:\/\/)[^/?#@]*@/i, '$1')
    .replace(/;[^/?#]*/g, '')
    .replace(/([?&][^=&#]{1,200})=[^&#]*/g, '$1=…')
    .split('#', 1);
  return withoutFragment.slice(0, 500);
}

function originOf(site: string): string {
  return URL.canParse(site) ? new URL(site).origin : site;
}
