import { isIP } from 'node:net';
import { OwnTargets } from '../../../contract/scan-operations.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InvalidInputError } from '../../platform/errors.js';
import { parseWebUrl } from '../../scanners/targets/index.js';
import { dim } from '../output/style.js';
import { fitted, usageError } from '../usage-error.js';
import type { ScanCore } from '../with-core.js';

/** Adds targets (addresses, ranges, names, web addresses) to those that the team has declared its own. */
export async function declareOwn(core: ScanCore, targets: readonly string[]): Promise<void> {
  const { ownTargets } = core.orchestration;
  const known = await ownTargets.get(localOperator);
  const wanted = sorted(targets);
  const fresh = {
    ranges: wanted.ranges.filter((range) => !known.ranges.includes(range)),
    names: wanted.names.filter((name) => !known.names.includes(name)),
  };
  const added = [...fresh.ranges, ...fresh.names];
  if (added.length === 0) return;
  await ownTargets.put(localOperator, {
    ranges: [...known.ranges, ...fresh.ranges],
    names: [...known.names, ...fresh.names],
  });
  console.error(dim(`declared as your team’s own: ${added.join(', ')} (cspm targets own list)`));
}

/** Which of these are addresses or ranges, and which names; in the form in which they are kept. */
export function sorted(targets: readonly string[]): OwnTargets {
  const own: OwnTargets = { ranges: [], names: [] };
  for (const target of targets) {
    const text = /^https?:\/\//i.test(target) ? hostOf(target) : target;
    if (isIP(text.split('/')[0] ?? '') > 0) own.ranges.push(text.toLowerCase());
    else own.names.push(text.toLowerCase());
  }
  return fitted(OwnTargets, own);
}

function hostOf(url: string): string {
  try {
    return parseWebUrl(url).host.text;
  } catch (error) {
    if (error instanceof InvalidInputError) throw usageError(error.message, error);
    throw error;
  }
}
