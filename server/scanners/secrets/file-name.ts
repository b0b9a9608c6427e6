import { createHash } from 'node:crypto';
import { maskSecrets } from './mask-secrets.js';

const ENDING = /\.[A-Za-z]{1,5}$/;

/** A file name without its secrets. Two names never become one: a print of the original follows what is masked. */
export function maskFileName(name: string): string {
  if (maskSecrets(name) === name) return name;
  const ending = ENDING.exec(name)?.[0] ?? '';
  const print = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${maskSecrets(name.slice(0, name.length - ending.length))}~${print}${ending}`;
}
