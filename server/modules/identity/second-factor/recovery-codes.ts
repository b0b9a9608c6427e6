import { randomInt } from 'node:crypto';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';

const COUNT = 10;
const LENGTH = 12;
/** Without letters and digits that look alike: 12 of them are 58 bits, for a code that is tried at most five times. */
const ALPHABET = 'abcdefghjkmnpqrstvwxyz23456789';

/** Ten codes for the day the authenticator is lost, each of which works once. */
export function newRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: COUNT }, () => {
    const text = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(
      '',
    );
    return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
  });
  return { codes, hashes: codes.map(recoveryHash) };
}

/** However it is typed. */
export function recoveryHash(code: string): string {
  return tokenHash(code.toLowerCase().replace(/[^a-z0-9]/g, ''));
}
