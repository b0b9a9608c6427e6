import { isIP } from 'node:net';
import { getOwnTargets, OwnTargets, putOwnTargets } from '../../../contract/scan-operations.js';
import { dim } from '../output/style.js';
import type { Api } from '../remote/api.js';
import type { Shell } from '../shell.js';
import { asUsage, fitted } from '../usage-error.js';

/** Adds addresses, ranges, names or URLs to the team's declared targets. */
export async function declareOwn(
  shell: Shell,
  api: Api,
  targets: readonly string[],
): Promise<void> {
  const known = await api.call(getOwnTargets);
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
  await asUsage(api.call(putOwnTargets, { body: all }));
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
