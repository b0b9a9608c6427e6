import { createHash } from 'node:crypto';

/** The namespace of all content-based names of this product. Never changes. */
const NAMESPACE = Buffer.from('5d0a4b0e6a3c5c0f9d5c1f8a2b7e4c61', 'hex');

/** RFC 9562 version 5: the same parts give the same UUID, so equal exports are identical. */
export function uuidOf(...parts: readonly string[]): string {
  const hash = createHash('sha1').update(NAMESPACE).update(JSON.stringify(parts)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
