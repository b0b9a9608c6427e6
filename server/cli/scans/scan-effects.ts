import type { FrameworkSummary } from '../../../contract/compliance.js';
import type { ScanRun } from '../../../contract/orchestration.js';
import type { Finding, FindingFilter } from '../../../contract/security-scans.js';
import { noneBySeverity, type SeverityCounts } from '../../../contract/severity.js';
import { localOperator } from '../../platform/auth/actor.js';
import { filterByAccounts, openBySeverity } from '../open-findings.js';
import type { ScanCore } from '../with-core.js';

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

const PAGE_SIZE = 500;
const MAX_PAGES = 20;

export async function effectsOf(
  core: ScanCore,
  scan: ScanRun,
  before: readonly FrameworkSummary[],
): Promise<ScanEffects> {
  const filter = await targetFilter(core, scan);
  const posture = postureChanges(before, await core.compliance.posture.frameworks(localOperator));
  if (!filter) return { open: null, opened: null, resolved: null, posture };
  const open = await openBySeverity(core.scans, filter);
  const since = scan.startedAt ?? scan.createdAt;
  const importIds = scan.subJobs.flatMap(({ importId }) => importId ?? []);
  const opened = await countBySeverity(
    core,
    { ...filter, status: ['open'] },
    scan.findings.opened,
    {
      isOne: ({ firstSeenAt }) => firstSeenAt >= since,
    },
  );
  const resolved = await countBySeverity(
    core,
    { ...filter, status: ['resolved'] },
    scan.findings.resolved,
    { isOne: ({ resolvedBy }) => resolvedBy !== null && importIds.includes(resolvedBy) },
  );
  return { open, opened, resolved, posture };
}

/** Filters by the accounts, hosts or images in the scan's reports; null without any. */
async function targetFilter(core: ScanCore, scan: ScanRun): Promise<FindingFilter | null> {
  const places: string[] = [];
  for (const { importId } of scan.subJobs) {
    if (!importId) continue;
    const { accounts } = await core.scans.imports.get(localOperator, importId);
    places.push(...accounts);
  }
  return filterByAccounts(places);
}

async function countBySeverity(
  { scans: { findings } }: ScanCore,
  filter: FindingFilter,
  expected: number,
  { isOne }: { isOne: (finding: Finding) => boolean },
): Promise<SeverityCounts | null> {
  const counts = noneBySeverity();
  let found = 0;
  let cursor: string | undefined;
  for (let page = 0; found < expected; page += 1) {
    if (page === MAX_PAGES) return null;
    const { items, nextCursor } = await findings.list(localOperator, filter, PAGE_SIZE, cursor);
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
