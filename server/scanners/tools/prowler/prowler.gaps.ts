import type { Hidden, HiddenPart } from '../../rows/report.js';
import { ACCOUNT_WIDE_SERVICES } from './account-wide.js';
import { canonicalCheckId } from './check-aliases.js';
import type { LogEntry } from './prowler.log.js';

/** Services whose results may have another region than the query that failed. */
const isOfAnyRegion = (service: string) => service === 's3' || ACCOUNT_WIDE_SERVICES.has(service);

const MAX_PARTS = 500;

/** What errors in the log hide: the checks of a service, in a region where one is named, or one check. */
export function hiddenBy(
  entries: readonly LogEntry[],
  expectedChecks: readonly string[] | null,
): Hidden[] {
  const checks = new Set(expectedChecks);
  const found = new Map<string, Hidden & { count: number; message: string }>();
  for (const { level, module, message, errorClass } of entries) {
    if (level !== 'ERROR' && level !== 'CRITICAL') continue;
    const part = partOf(module, message, checks);
    if (!part) continue;
    const name = part.checkId ?? part.service ?? '';
    const what = part.region === undefined ? name : `${name} in ${part.region}`;
    const known = found.get(what) ?? { what, why: errorClass, part, count: 0, message };
    if (found.size < MAX_PARTS || found.has(what))
      found.set(what, { ...known, count: known.count + 1 });
  }
  return [...found.values()].map(({ what, why, part, count, message }) => ({
    ...{ what, part },
    why: `${why} (${count === 1 ? 'once' : `${count} times`}): ${message}`,
  }));
}

function partOf(module: string, message: string, checks: ReadonlySet<string>): HiddenPart | null {
  const stated = /^([a-z]{2}(?:-[a-z]+)+-\d+) -- /.exec(message)?.[1];
  const isCheck = checks.has(module);
  const service = isCheck ? module.split('_', 1)[0] : /^([a-z0-9]+)_service$/.exec(module)?.[1];
  if (service === undefined) return null;
  return {
    tool: 'prowler',
    ...(isCheck ? { checkId: canonicalCheckId(module) } : { service }),
    ...(stated !== undefined && !isOfAnyRegion(service) && { region: stated }),
  };
}
