import { randomBytes } from 'node:crypto';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { crc32 } from 'node:zlib';
import { InvalidInputError } from '../../../platform/errors.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHAPE = /^(osk_[0-9A-Za-z]{8})_([0-9A-Za-z]{40})_([0-9A-Za-z]{6})$/;

/** `osk_<8 public>_<40 secret>_<checksum>`: secret scanners recognise it, a typo is refused without a look-up. */
export function newApiKey(): { key: string; prefix: string } {
  const prefix = `osk_${randomText(8)}`;
  const body = `${prefix}_${randomText(40)}`;
  return { key: `${body}_${checksum(body)}`, prefix };
}

/** The public part; null for what is no key. */
export function prefixOf(key: string): string | null {
  const [, prefix = '', secret = '', sum = ''] = SHAPE.exec(key) ?? [];
  return prefix !== '' && checksum(`${prefix}_${secret}`) === sum ? prefix : null;
}

function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    // Bytes from 248 on would make some letters likelier.
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
    }
  }
  return text;
}

function checksum(text: string): string {
  let rest = crc32(text);
  let sum = '';
  while (sum.length < 6) {
    sum = ALPHABET[rest % 62] + sum;
    rest = Math.floor(rest / 62);
  }
  return sum;
}

/** Whether the address may use a key that is limited to these addresses and ranges; an empty list allows all. */
export function isAllowedFrom(addresses: readonly string[], address: string): boolean {
  if (addresses.length === 0) return true;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(plain) > 0 && listOf(addresses).check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/** Throws InvalidInputError for what is neither an address nor a range. */
export function requireAddresses(addresses: readonly string[]): void {
  listOf(addresses);
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const [at, text] of addresses.entries()) {
    const [address = '', bits, ...more] = text.split('/');
    const kind = isIPv6(address) ? 'ipv6' : 'ipv4';
    const most = kind === 'ipv6' ? 128 : 32;
    const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    if (isIP(address) === 0 || !isRange || more.length > 0) {
      const message = `“${text}” is neither an address nor a range such as 192.0.2.0/24`;
      throw new InvalidInputError(message, {
        errors: [{ path: `body.addresses.${at}`, message }],
      });
    }
    list.addSubnet(address, bits === undefined ? most : Number(bits), kind);
  }
  return list;
}
