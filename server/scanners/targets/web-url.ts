import type { WebTarget } from '../../../contract/scan-targets.js';
import { type Host, parseAddress, parseHost } from './host-name.js';
import { refuse, refuseSecrets, requirePlain } from './refuse.js';

/** A web address in parts; `text` is rebuilt from them. */
export interface WebUrl {
  scheme: 'http' | 'https';
  host: Host;
  port: number;
  /** `https://example.com`, with the port where it is not the usual one. */
  origin: string;
  text: string;
}

const USUAL_PORT = { http: 80, https: 443 };

/**
 * Reads a web address. Refuses other schemes, user names and passwords in it, and `$`, `{`, `}`,
 * which ZAP would replace by variables of its environment. A fragment is dropped: no server sees it.
 */
export function parseWebUrl(text: string, what = 'web address'): WebUrl {
  requirePlain(what, text, 2000);
  if (/[${}`"'<>\\^|]/.test(text)) {
    throw refuse(what, text, 'it holds one of $ { } ` " \' < > \\ ^ |; write it percent-encoded');
  }
  const scheme = /^(https?):\/\/(?![/:?#])/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') {
    throw refuse(what, text, 'it must begin with http:// or https://');
  }
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(text)?.[1] ?? '';
  if (authority.includes('@')) {
    throw refuse(what, text.replace(authority, '…'), 'it holds a user name or password');
  }
  refuseSecrets(what, text);
  const named = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/.exec(authority);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!named || !url || /%(?![0-9a-f]{2})/i.test(text)) throw refuse(what, text, 'it is malformed');
  const host = parseHost(named[1] ?? '');
  const port = named[2] === undefined ? USUAL_PORT[scheme] : Number(named[2]);
  if (port < 1 || port > 65_535) throw refuse(what, text, 'its port is not from 1 to 65535');
  // An address that can be read in two ways would bypass every rule.
  if (
    (parseAddress(url.hostname) ?? { text: url.hostname.replace(/\.$/, '') }).text !== host.text
  ) {
    throw refuse(what, text, 'its host can be read in two ways');
  }
  const origin = `${scheme}://${hostText(host)}${port === USUAL_PORT[scheme] ? '' : `:${port}`}`;
  const rebuilt = `${origin}${url.pathname}${url.search}`;
  if (/[${}\s]/.test(rebuilt)) throw refuse(what, text, 'it holds characters that must be encoded');
  return { scheme, host, port, origin, text: rebuilt };
}

/** As it stands in an address: IPv6 in brackets. */
export function hostText(host: Host): string {
  return host.kind === 'ipv6' ? `[${host.text}]` : host.text;
}

export const webUrlOf = (target: WebTarget): WebUrl => parseWebUrl(target.url);
