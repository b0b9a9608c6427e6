import { type HostPorts, listOpenPorts } from '../../../contract/open-ports.js';
import type { ScanRun } from '../../../contract/orchestration.js';
import type { Api } from '../remote/api.js';

/** As many as the API gives at once. */
const PAGE_SIZE = 200;

/** What a network scan saw open, whether or not a rule calls it a finding. */
export async function portsOf(
  api: Api,
  { id: scanId, kind }: Pick<ScanRun, 'id' | 'kind'>,
): Promise<HostPorts[]> {
  if (kind !== 'network') return [];
  const found: HostPorts[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.call(listOpenPorts, {
      query: { scanId, limit: PAGE_SIZE, cursor },
    });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
