import { OwnTargets } from '../../../contract/scan-operations.js';
import { fieldErrors } from '../../ui/validation.js';

/** `192.0.2.1`, `10.0.0.0/8`, `fd00::/8`: everything else is a name. */
export function isRange(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}(\/\d+)?$/.test(text) || text.includes(':');
}

/** The declared targets of a team plus these hosts. */
export function withHosts(own: OwnTargets, hosts: readonly string[]): OwnTargets {
  const ranges = hosts.filter(isRange);
  const names = hosts.filter((host) => !isRange(host));
  return {
    ranges: [...new Set([...own.ranges, ...ranges])],
    names: [...new Set([...own.names, ...names])],
  };
}

export function linesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((line) => line !== '');
}

/** The first error in each list, with the invalid entry. */
export function ownTargetErrors(own: OwnTargets): Partial<Record<keyof OwnTargets, string>> | null {
  const found = fieldErrors(OwnTargets, own);
  if (!found) return null;
  const errors: Partial<Record<keyof OwnTargets, string>> = {};
  for (const [path, message] of Object.entries(found)) {
    const [list, place] = path.split('.');
    if (list !== 'ranges' && list !== 'names') continue;
    const entry = place === undefined ? null : own[list][Number(place)];
    errors[list] ??= entry ? `${entry} ${message}` : message;
  }
  return errors;
}
