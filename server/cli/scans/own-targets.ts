import { isIP } from 'node:net';
import { OwnTargets } from '../../../contract/scan-operations.js';
import { localOperator } from '../../platform/auth/actor.js';
import { dim } from '../output/style.js';
import type { Shell } from '../shell.js';
import { asUsage, fitted } from '../usage-error.js';
import type { ScanCore } from '../with-core.js';

/** Adds targets (addresses, ranges, names, web addresses) to those that the team has declared its own. */
export async function declareOwn(
  shell: Shell,
  core: ScanCore,
  targets: readonly string[],
): Promise<void> {
  const { ownTargets } = core.orchestration;
  const known = await ownTargets.get(localOperator);
  const wanted = await sorted(targets);
  const fresh = {
    ranges: wanted.ranges.filter((range) => !known.ranges.includes(range)),
    names: wanted.names.filter((name) => !known.names.includes(name)),
  };
  const added = [...fresh.ranges, ...fresh.names];
  if (added.length === 0) return;
  const all = {
    ranges: [...known.ranges, ...fresh.ranges],
    names: [...known.names, ...fresh.names],
  };
  await asUsage(ownTargets.put(localOperator, all));
  shell.note(dim(`declared as your team’s own: ${added.join(', ')} (cspm targets own list)`));
}

/** Which of these are addresses or ranges, and which names; in the form in which they are kept. */
export async function sorted(targets: readonly string[]): Promise<OwnTargets> {
  const own: OwnTargets = { ranges: [], names: [] };
  for (const target of targets) {
    const text = /^https?:\/\//i.test(target) ? await hostOf(target) : target;
    if (isIP(text.split('/')[0] ?? '') > 0) own.ranges.push(text.toLowerCase());
    else own.names.push(text.toLowerCase());
  }
  return fitted(OwnTargets, own);
}

async function hostOf(url: string): Promise<string> {
  const { parseWebUrl } = await import('../../scanners/targets/index.js');
  return asUsage(Promise.resolve().then(() => parseWebUrl(url).host.text));
}
