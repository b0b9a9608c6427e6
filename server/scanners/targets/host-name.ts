import { domainToASCII, domainToUnicode } from 'node:url';
import ipaddr from 'ipaddr.js';
import { refuse, refuseSecrets, requirePlain } from './refuse.js';

/** A host that a tool may be pointed at, written in one way only. */
export interface Host {
  kind: 'name' | 'ipv4' | 'ipv6';
  /** Lower case, punycode; an address in its shortest form, without brackets. */
  text: string;
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** Letters of other scripts that look like Latin ones: a label of only these is deceptive. */
const LOOK_LIKE_LATIN = /^[асеһіјӏорԛѕԝхуъьѵɑɡıαινορυχ\d-]+$/u;
const SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
];

/** Reads a name or an address. Throws InvalidInputError. */
export function parseHost(text: string): Host {
  requirePlain('host', text, 253);
  refuseSecrets('host', text);
  return parseAddress(text) ?? { kind: 'name', text: parseName(text) };
}

/** The address in its canonical form, null when the text is no address. Octal, hexadecimal and short forms are refused. */
export function parseAddress(text: string): Host | null {
  if (/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text) && ipaddr.IPv4.isValid(text)) {
    return { kind: 'ipv4', text: ipaddr.IPv4.parse(text).toString() };
  }
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (!/^[0-9a-f:.]+$/i.test(bare) || !bare.includes(':') || !ipaddr.IPv6.isValid(bare))
    return null;
  return { kind: 'ipv6', text: ipaddr.IPv6.parse(bare).toString() };
}

function parseName(text: string): string {
  if (text.normalize('NFKC') !== text) {
    throw refuse('host', text, 'it holds characters that stand for others; write it plainly');
  }
  // Node accepts a name up to the first `/`, `?` or `#`, so all of ASCII is checked here.
  if (/[^\p{L}\p{M}\p{N}._-]/u.test(text)) {
    throw refuse('host', text, 'it is neither a host name nor an address');
  }
  const shown = domainToUnicode(text.toLowerCase());
  for (const label of (shown === '' ? text : shown).split('.')) requireHonest(text, label);
  const ascii = domainToASCII(text.toLowerCase()).replace(/\.$/, '');
  const labels = ascii.split('.');
  if (ascii === '' || ascii.length > 253 || !labels.every((label) => LABEL.test(label))) {
    throw refuse('host', text, 'it is neither a host name nor an address');
  }
  // No domain ends like this, but short, octal and hexadecimal addresses and Nmap's ranges (10.0.0.1-5) do.
  if (!/^[a-z_]/.test(labels.at(-1) ?? '')) {
    throw refuse('host', text, 'it looks like an address but is not one in the usual form');
  }
  return ascii;
}

/** Simple on purpose: no label of two scripts that resemble each other, none made of look-alikes. */
function requireHonest(text: string, label: string): void {
  if (/^[\p{ASCII}]*$/u.test(label)) return;
  const scripts = SCRIPTS.filter((script) => script.test(label)).length;
  if (scripts > 1 || LOOK_LIKE_LATIN.test(label)) {
    throw refuse('host', text, 'its letters are made to look like those of another name');
  }
}
