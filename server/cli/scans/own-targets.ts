import { isIP } from 'node:net';
import { OwnTargets } from '../../../contract/scan-operations.js';
import { localOperator } from '../../platform/auth/actor.js';
import { dim } from '../output/style.js';
import type { Shell } from '../shell.js';
import { asUsage, fitted } from '../usage-error.js';
import type { ScanCore } from '../with-core.js';

/** Adds addresses, ranges, names or URLs to the team's declared targets. */
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

/** Splits targets into ranges and names, normalized as they are stored. */
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
