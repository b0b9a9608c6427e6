import { cleanText } from '../../rows/clean-text.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';

const MAX_FRAMEWORKS = 500;
const MAX_REQUIREMENTS = 5000;
const MAX_LENGTH = 300;

/**
 * Framework to requirement ids as the report states them, in a map without a prototype, so that
 * names such as `constructor` are plain keys. `__proto__` is left out, as copying it would set a prototype, and so is
 * what contains a secret.
 */
export function statedRequirementsOf(compliance: unknown): Record<string, string[]> {
  const stated: Record<string, string[]> = Object.create(null);
  if (typeof compliance !== 'object' || compliance === null || Array.isArray(compliance)) {
    return stated;
  }
  for (const [framework, ids] of Object.entries(compliance).slice(0, MAX_FRAMEWORKS)) {
    const name = cleanText(framework, MAX_LENGTH);
    if (name === '' || name === '__proto__') continue;
    const list: unknown[] = Array.isArray(ids) ? ids.slice(0, MAX_REQUIREMENTS) : [ids];
    const texts = list.filter((id) => typeof id === 'string' || typeof id === 'number').map(String);
    // As they may have been one text, which was split at its blanks.
    const all = [framework, ...texts].join(' ');
    if (maskSecrets(all) === all) stated[name] = texts.map((id) => cleanText(id, MAX_LENGTH));
  }
  return stated;
}

/** The CSV's column: `CIS-1.4: 2.1.1 | SOC2: cc_6_1, cc_6_3`. Ids that contain ", " are split. */
export function requirementsOfText(text: string): Record<string, string[]> {
  const stated: Record<string, string[]> = Object.create(null);
  for (const part of text.split(' | ')) {
    const at = part.indexOf(': ');
    if (at <= 0) continue;
    stated[part.slice(0, at)] = part.slice(at + 2).split(', ');
  }
  return stated;
}

/** ASFF's list: `NIST-800-53-Revision-5 ac_2_3_c ac_3`. Framework names have no blanks. */
export function requirementsOfList(lines: string[]): Record<string, string[]> {
  const stated: Record<string, string[]> = Object.create(null);
  for (const line of lines) {
    const [framework, ...ids] = line.split(' ').filter((word) => word !== '');
    if (framework) stated[framework] = ids;
  }
  return stated;
}
