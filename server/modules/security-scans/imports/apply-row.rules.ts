import type { CheckResult } from '../check-results/check-results.repository.js';
import type { CheckScope } from '../check-results/scopes.repository.js';
import {
  changeBetween,
  type FindingChange,
  nextStatus,
  standingOf,
} from '../findings/finding-life.rules.js';
import { rankOf, type StoredFinding } from '../findings/findings.repository.js';
import { observedAtOf } from './report-survey.js';
import type { SpooledRow } from './row-spool.js';

export interface RowContext {
  teamId: string;
  importId: string;
  tool: string;
  now: string;
  /** The report was cut off. */
  partial: boolean;
  /** Of the row's check. */
  title: string;
  service: string;
  scopeId: string;
}

export interface Applied {
  /** To be written; null: as it was. */
  result: CheckResult | null;
  finding: StoredFinding | null;
  change: FindingChange;
}

/**
 * What a row makes of the result and the finding that have its id. A row that is older than what is known
 * already changes nothing, so the order in which reports arrive does not matter.
 */
export function applyRow(
  id: string,
  row: SpooledRow,
  context: RowContext,
  known: { result: CheckResult | null; finding: StoredFinding | null; scope: CheckScope | null },
): Applied {
  const { result: before, finding: life } = known;
  const observedAt = observedAtOf(row, context.now);
  if (observedAt < knownSince(known)) {
    return { result: null, finding: null, change: life ? 'unchanged' : 'none' };
  }
  const status = nextStatus(
    life && {
      status: life.status,
      triagedByPerson: life.triage !== null && !life.triage.byTool,
      triageExpiresAt: life.triage?.expiresAt ?? null,
    },
    row,
    context.now,
  );
  const finding = status === null ? null : findingFrom(id, row, context, life, status, observedAt);
  const result: CheckResult = {
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
    verdict: row.verdict,
    mutedVerdict: row.mutedVerdict,
    severity: row.severity,
    rawSeverity: row.rawSeverity,
    observed: row.observed,
    observedAt,
    standing: standingOf(row, status),
    exempt: status === 'suppressed' || status === 'accepted',
    present: true,
    importId: context.importId,
  };
  // An unchanged result of a whole report is not written: its scope remembers that it was seen again.
  const isNews = context.partial || !before || !sameBut(VOLATILE, before, result);
  return {
    result: isNews ? result : null,
    finding: finding && (!life || !sameBut(SEEN_AGAIN, life, finding)) ? finding : null,
    change: changeBetween(life?.status ?? null, status),
  };
}

const VOLATILE = ['observedAt', 'importId'] as const;
const SEEN_AGAIN = ['lastSeenAt'] as const;

/** The newest moment of which something is known about this row: it was there then, or it was not. */
function knownSince({
  result,
  scope,
}: {
  result: CheckResult | null;
  scope: CheckScope | null;
}): string {
  const complete = scope?.lastCompleteAt ?? '';
  if (!result) return complete;
  return result.present && complete > result.observedAt ? complete : result.observedAt;
}

function findingFrom(
  id: string,
  row: SpooledRow,
  context: RowContext,
  life: StoredFinding | null,
  status: StoredFinding['status'],
  observedAt: string,
): StoredFinding {
  const isFixed = status === 'resolved';
  const wasFixed = life?.status === 'resolved';
  const { title, service } = context;
  return {
    id,
    teamId: context.teamId,
    tool: context.tool,
    checkId: row.checkId,
    title,
    severity: row.severity,
    severityRank: rankOf(row.severity),
    rawSeverity: row.rawSeverity,
    status,
    provider: row.provider,
    accountId: row.accountId,
    accountName: row.accountName,
    region: row.region,
    service,
    resourceUid: row.resource.uid,
    resourceName: row.resource.name,
    resourceType: row.resource.type,
    observed: row.observed,
    verdict: row.verdict,
    firstSeenAt: life && life.firstSeenAt < observedAt ? life.firstSeenAt : observedAt,
    lastSeenAt: observedAt,
    resolvedAt: isFixed ? (wasFixed ? life.resolvedAt : observedAt) : null,
    resolvedBy: isFixed ? (wasFixed ? life.resolvedBy : context.importId) : null,
    resolution: isFixed ? (wasFixed ? life.resolution : 'passed') : null,
    reopenedCount: (life?.reopenedCount ?? 0) + (wasFixed && status === 'open' ? 1 : 0),
    triage: triageFrom(row, context, life, status),
    triageExpiresAt:
      life?.triage && !life.triage.byTool && status === life.status ? life.triageExpiresAt : null,
    searchText: `${title}\n${row.checkId}\n${row.resource.uid}\n${row.resource.name}`.toLowerCase(),
    scopeId: context.scopeId,
  };
}

function triageFrom(
  row: SpooledRow,
  context: RowContext,
  life: StoredFinding | null,
  status: StoredFinding['status'],
): StoredFinding['triage'] {
  if (status === 'open' || status === 'resolved') return null;
  if (life?.triage) return life.triage;
  return {
    reason: row.verdict === 'muted' ? 'Muted in the scanner’s own configuration' : '',
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
      ignored.includes(key) || JSON.stringify(a[key] ?? null) === JSON.stringify(b[key] ?? null),
  );
}
