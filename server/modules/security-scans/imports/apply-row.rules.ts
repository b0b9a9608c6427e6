import type { FindingDetails } from '../../../../contract/finding-details.js';
import type { CheckResult } from '../check-results/check-result.js';
import type { ScopeSeen } from '../check-results/check-scope.js';
import { triageEnd } from '../findings/ended-triage.rules.js';
import {
  changeBetween,
  effectOf,
  type FindingChange,
  isConclusive,
  nextStatus,
} from '../findings/finding-life.rules.js';
import { rankOf, type StoredFinding } from '../findings/stored-finding.js';
import { isOfAccount } from './empty-passes.rules.js';
import type { MatchedRow } from './match-rows.rules.js';
import type { SpooledRow } from './row-spool.js';

export interface RowContext {
  teamId: string;
  importId: string;
  tool: string;
  now: string;
  /** When the tool looked at the row's scope: one time for all its rows, so that reports have an order. */
  seenAt: string;
  /** The report was cut off. */
  partial: boolean;
  /** Title and service of the row's check. */
  title: string;
  service: string;
  scopeId: string;
  /** See `MatchedRow`. */
  parts: MatchedRow['parts'];
  /** See `MatchedRow`. */
  keepsTriage: boolean;
}

export interface AppliedRow {
  /** To be written; null: unchanged. */
  result: CheckResult | null;
  finding: StoredFinding | null;
  change: FindingChange;
  /** It changes nothing, as it is older than what is stored. */
  isOlder: boolean;
}

/**
 * Applies a row to the stored result and finding with its id. A row older than the stored data changes
 * nothing, so the order in which reports arrive does not matter; except where all later results are
 * inconclusive.
 */
export function applyRow(
  id: string,
  row: SpooledRow,
  context: RowContext,
  stored: StoredState,
): AppliedRow {
  const { result: before, finding } = stored;
  const isLate = context.seenAt < lastKnownAt(stored);
  if (isLate && !isLatestConclusive(row, context, before)) {
    const status = finding?.status ?? null;
    return { result: null, finding: null, change: changeBetween(status, status), isOlder: true };
  }
  const isByPerson = finding !== null && finding.triage !== null && !finding.triage.byTool;
  const status = nextStatus(
    finding && {
      // A decision that may have been about another thing opens again, whatever the row says.
      status: isByPerson && !context.keepsTriage ? 'open' : finding.status,
      triagedByPerson: isByPerson,
      triageExpiresAt: finding.triage?.expiresAt ?? null,
    },
    row,
    context.now,
  );
  const kept = isLate ? before : null;
  const newest = kept ?? row;
  const missedAt = kept?.missedAt;
  const counted: Counted = {
    toldAt: isConclusive(newest)
      ? ''
      : isConclusive(row)
        ? context.seenAt
        : lastConclusiveAt(stored),
    standing: effectOf(newest, status),
    exempt: status === 'suppressed' || status === 'accepted',
  };
  const result = kept ? { ...kept, ...counted } : resultFrom(id, row, context, counted);
  const details = isLate ? (finding?.details ?? row.details) : row.details;
  const updated =
    status === null ? null : findingFrom(result, context, { stored: finding, status, details });
  const isUnchanged =
    finding && updated && finding.missedAt === missedAt && sameBut(SEEN_AGAIN, finding, updated);
  // An unchanged result of a complete report is not written: its scope records that it was seen again.
  const isFound = before?.missedAt !== missedAt;
  const isChanged = context.partial || !before || isFound || !sameBut(VOLATILE, before, result);
  return {
    result: isChanged ? result : null,
    finding: updated && !isUnchanged ? updated : null,
    change: changeBetween(finding?.status ?? null, status),
    isOlder: false,
  };
}

/** What is stored before a row is applied. */
interface StoredState {
  result: CheckResult | null;
  finding: StoredFinding | null;
  scope: Pick<ScopeSeen, 'lastCompleteAt'> | null;
}

const VOLATILE = ['observedAt', 'importId'] as const;
const SEEN_AGAIN = ['lastSeenAt'] as const;

/** The latest time at which this row is known to have been present or missing. */
function lastKnownAt({ result, scope }: Pick<StoredState, 'result' | 'scope'>): string {
  const complete = scope?.lastCompleteAt ?? '';
  return result && result.observedAt > complete ? result.observedAt : complete;
}

/** The time of the last conclusive result before this row; or when the resource was last missing. */
function lastConclusiveAt({ result, scope }: StoredState): string {
  if (!result?.present || isConclusive(result)) return lastKnownAt({ result, scope });
  return result.toldAt;
}

/** True for an older conclusive row when every later result is inconclusive. */
function isLatestConclusive(
  row: SpooledRow,
  { seenAt }: RowContext,
  before: CheckResult | null,
): boolean {
  return isConclusive(row) && !!before?.present && !isConclusive(before) && seenAt > before.toldAt;
}

type Counted = Pick<CheckResult, 'toldAt' | 'standing' | 'exempt'>;

function resultFrom(
  id: string,
  row: SpooledRow,
  context: RowContext,
  { toldAt, standing, exempt }: Counted,
): CheckResult {
  return {
    id,
    teamId: context.teamId,
    tool: context.tool,
    checkId: row.checkId,
    provider: row.provider,
    accountId: row.accountId,
    accountName: row.accountName,
    region: row.region,
    resourceUid: row.resource.uid,
    resourceName: row.resource.name,
    resourceType: row.resource.type,
    ...(isOfAccount(row) ? { ofAccount: true } : {}),
    ...(row.subObject === '' ? {} : { subObject: row.subObject }),
    ...context.parts,
    ...(row.resource.labels.length > 0 ? { labels: row.resource.labels } : {}),
    verdict: row.verdict,
    mutedVerdict: row.mutedVerdict,
    severity: row.severity,
    rawSeverity: row.rawSeverity,
    observed: row.observed,
    observedAt: context.seenAt,
    toldAt,
    standing,
    exempt,
    present: true,
    importId: context.importId,
  };
}

interface FindingUpdate extends Pick<StoredFinding, 'status' | 'details'> {
  stored: StoredFinding | null;
}

function findingFrom(
  result: CheckResult,
  context: RowContext,
  { stored, status, details }: FindingUpdate,
): StoredFinding {
  const isFixed = status === 'resolved';
  const isOpen = status === 'open';
  const wasFixed = stored?.status === 'resolved';
  const { title, service, seenAt } = context;
  const { id, checkId, severity, resourceUid, resourceName } = result;
  return {
    id,
    teamId: context.teamId,
    tool: context.tool,
    checkId,
    title,
    severity,
    severityRank: rankOf(severity),
    rawSeverity: result.rawSeverity,
    status,
    provider: result.provider,
    accountId: result.accountId,
    accountName: result.accountName,
    region: result.region,
    service,
    resourceUid,
    resourceName,
    resourceType: result.resourceType,
    observed: result.observed,
    ...(details ? { details } : {}),
    verdict: result.verdict,
    firstSeenAt: stored && stored.firstSeenAt < seenAt ? stored.firstSeenAt : seenAt,
    lastSeenAt: result.observedAt,
    resolvedAt: isFixed ? (wasFixed ? stored.resolvedAt : seenAt) : null,
    resolvedBy: isFixed ? (wasFixed ? stored.resolvedBy : context.importId) : null,
    resolution: isFixed ? (wasFixed ? stored.resolution : 'passed') : null,
    openedBy: !stored && isOpen ? context.importId : (stored?.openedBy ?? null),
    reopenedBy: wasFixed && isOpen ? context.importId : (stored?.reopenedBy ?? null),
    ...(stored?.triagedAt ? { triagedAt: stored.triagedAt } : {}),
    reopenedCount: (stored?.reopenedCount ?? 0) + (wasFixed && isOpen ? 1 : 0),
    triage: triageFrom(result, context, stored, status),
    // One that may have been about another thing did not end: there is none.
    ...(context.keepsTriage || !isOpen ? triageEnd(stored, status) : { triageExpiresAt: null }),
    searchText: [title, checkId, resourceUid, resourceName, ...searchableDetails(details)]
      .join('\n')
      .toLowerCase(),
    scopeId: context.scopeId,
    ...(result.missedAt === undefined ? {} : { missedAt: result.missedAt }),
  };
}

/** Extra searchable text of a finding. */
function searchableDetails(details: FindingDetails | undefined): string[] {
  const { package: affected, web, code } = details ?? {};
  return [affected?.name, web?.url, code?.file].filter((text) => text !== undefined);
}

function triageFrom(
  { verdict }: CheckResult,
  context: RowContext,
  stored: StoredFinding | null,
  status: StoredFinding['status'],
): StoredFinding['triage'] {
  if (status === 'open' || status === 'resolved') return null;
  if (stored?.triage) return stored.triage;
  return {
    reason: verdict === 'muted' ? 'Muted in the scanner’s own configuration' : '',
    actor: context.tool,
    at: context.now,
    expiresAt: null,
    byTool: true,
  };
}

function sameBut<T extends object>(ignored: readonly (keyof T)[], a: T, b: T): boolean {
  const keys = Object.keys(b) as (keyof T)[];
  return keys.every(
    (key) =>
      a[key] === b[key] || // nearly always, and far cheaper than comparing JSON
      ignored.includes(key) ||
      JSON.stringify(a[key] ?? null) === JSON.stringify(b[key] ?? null),
  );
}
