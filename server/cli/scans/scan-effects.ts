import { type FrameworkSummary, listFrameworks } from '../../../contract/compliance.js';
import type { ScanRun } from '../../../contract/orchestration.js';
import {
  type Finding,
  type FindingFilter,
  getImport,
  listFindings,
} from '../../../contract/security-scans.js';
import { noneBySeverity, type SeverityCounts } from '../../../contract/severity.js';
import { filterByAccounts, openBySeverity } from '../open-findings.js';
import type { Api } from '../remote/api.js';

/** The effects of a scan shown in its summary. */
export interface ScanEffects {
  /** Open findings of the scanned targets from all tools; null when no report was read. */
  open: SeverityCounts | null;
  /** Null when there are too many to count by severity. */
  opened: SeverityCounts | null;
  resolved: SeverityCounts | null;
  /** Frameworks whose score or coverage changed. */
  posture: PostureChange[];
}

export interface PostureChange {
  id: string;
  name: string;
  score: { before: number | null; after: number | null };
  coverage: { before: number | null; after: number | null };
}

/** As many as the API gives at once. */
const PAGE_SIZE = 200;
const MAX_PAGES = 50;

export async function effectsOf(
  api: Api,
  scan: ScanRun,
  before: readonly FrameworkSummary[],
): Promise<ScanEffects> {
  const filter = await targetFilter(api, scan);
  const posture = postureChanges(before, (await api.call(listFrameworks)).items);
  if (!filter) return { open: null, opened: null, resolved: null, posture };
  const open = await openBySeverity(api, filter);
  const since = scan.startedAt ?? scan.createdAt;
  const importIds = scan.subJobs.flatMap(({ importId }) => importId ?? []);
  const opened = await countBySeverity(api, { ...filter, status: ['open'] }, scan.findings.opened, {
    isOne: ({ firstSeenAt }) => firstSeenAt >= since,
  });
  const resolved = await countBySeverity(
    api,
    { ...filter, status: ['resolved'] },
    scan.findings.resolved,
    { isOne: ({ resolvedBy }) => resolvedBy !== null && importIds.includes(resolvedBy) },
  );
  return { open, opened, resolved, posture };
}

/** Filters by the accounts, hosts or images in the scan's reports; null without any. */
async function targetFilter(api: Api, scan: ScanRun): Promise<FindingFilter | null> {
  const places: string[] = [];
  for (const { importId } of scan.subJobs) {
    if (!importId) continue;
    const { accounts } = await api.call(getImport, { params: { importId } });
    places.push(...accounts);
  }
  return filterByAccounts(places);
}

async function countBySeverity(
  api: Api,
  filter: FindingFilter,
  expected: number,
  { isOne }: { isOne: (finding: Finding) => boolean },
): Promise<SeverityCounts | null> {
  const counts = noneBySeverity();
  let found = 0;
  let cursor: string | undefined;
  for (let page = 0; found < expected; page += 1) {
    if (page === MAX_PAGES) return null;
    const { items, nextCursor } = await api.call(listFindings, {
      query: { ...filter, limit: PAGE_SIZE, cursor },
    });
    for (const finding of items.filter(isOne)) {
      counts[finding.severity] += 1;
      found += 1;
    }
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return counts;
}

function postureChanges(
  before: readonly FrameworkSummary[],
  after: readonly FrameworkSummary[],
): PostureChange[] {
  const earlier = new Map(before.map((framework) => [framework.id, framework]));
  return after.flatMap(({ id, name, score, coverage }) => {
    const was = earlier.get(id);
    if (!was || (isSame(was.score, score) && isSame(was.coverage, coverage))) return [];
    return [
      {
        id,
        name,
        score: { before: was.score, after: score },
        coverage: { before: was.coverage, after: coverage },
      },
    ];
  });
}

/** Compares as displayed, with one decimal. */
function isSame(a: number | null, b: number | null): boolean {
  return a === b || (a !== null && b !== null && a.toFixed(1) === b.toFixed(1));
}
