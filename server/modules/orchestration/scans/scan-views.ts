import type { ScanKind, ScanRun, ScanSummary } from '../../../../contract/orchestration.js';
import type { Clock } from '../../../platform/clock.js';
import type { Filter, Page, TeamScope } from '../../../platform/database/collection.js';
import type { LiveScans } from '../live/live-scans.js';
import { presentScan, summarizeScan } from './present-scan.js';
import type { ScanStores } from './scan-stores.js';
import type { StoredScan } from './stored-scan.js';

export interface ScanViewsDeps {
  stores: ScanStores;
  live: LiveScans;
  clock: Clock;
}

export interface ScanListFilter {
  status?: string[];
  kind?: string[];
  target?: string;
}

/** Scans as users see them. */
export class ScanViews {
  constructor(private readonly deps: ScanViewsDeps) {}

  async of(scan: StoredScan): Promise<ScanRun> {
    const { stores, live, clock } = this.deps;
    const subJobs = await stores.subJobs.ofScan(scan, scan.id);
    const known = await live.of(scan.id, subJobs);
    return presentScan(scan, subJobs, { live: known, now: clock.now() });
  }

  async list(
    scope: TeamScope,
    { status, kind, target }: ScanListFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<ScanSummary>> {
    const filter: Filter = {
      ...(status ? { status: { in: status } } : {}),
      ...(kind ? { kind: { in: kind } } : {}),
      ...(target === undefined ? {} : { targetKey: target }),
    };
    const page = await this.deps.stores.scans.page(scope, filter, limit, cursor);
    const now = this.deps.clock.now();
    return { ...page, items: page.items.map((scan) => summarizeScan(scan, now)) };
  }

  async teamsWithScans(kinds: readonly ScanKind[], since: string): Promise<string[]> {
    const { scans } = this.deps.stores;
    const teams = new Set<string>();
    for (const scansOfAll of [scans.active(), scans.endedSince(since)]) {
      for await (const page of scansOfAll) {
        for (const { teamId, kind } of page)
          if (kinds.some((each) => each === kind)) teams.add(teamId);
      }
    }
    return [...teams];
  }
}
