import type { HostPorts } from '../../../contract/open-ports.js';
import type { ScanRun } from '../../../contract/orchestration.js';
import { localOperator } from '../../platform/auth/actor.js';
import type { ScanCore } from '../with-core.js';

const PAGE_SIZE = 500;

/** What a network scan saw open, whether or not a rule calls it a finding. */
export async function portsOf(
  { scans }: Pick<ScanCore, 'scans'>,
  { id: scanId, kind }: Pick<ScanRun, 'id' | 'kind'>,
): Promise<HostPorts[]> {
  if (kind !== 'network') return [];
  const found: HostPorts[] = [];
  let cursor: string | undefined;
  do {
    const page = await scans.openPorts.list(localOperator, { scanId }, PAGE_SIZE, cursor);
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
