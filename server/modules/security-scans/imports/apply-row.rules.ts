import type { FindingDetails } from '../../../../contract/finding-details.js';
import type { CheckResult } from '../check-results/check-results.repository.js';
import type { ScopeSeen } from '../check-results/scopes.repository.js';
import { triageEnd } from '../findings/ended-triage.rules.js';
import {
  changeBetween,
  type FindingChange,
  nextStatus,
  standingOf,
  tells,
} from '../findings/finding-life.rules.js';
import { rankOf, type StoredFinding } from '../findings/findings.repository.js';
import type { SpooledRow } from './row-spool.js';

export interface RowContext {
  teamId: string;
  importId: string;
  tool: string;
  now: string;
  /** When the tool looked at the row's scope: one moment for all of its rows, so that reports have an order. */
  seenAt: string;
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
 * already changes nothing, so the order in which reports arrive does not matter; unless what is known
 * is only that the tool could not tell.
 */
export function applyRow(id: string, row: SpooledRow, context: RowContext, known: Known): Applied {
  const { result: before, finding: life } = known;
  const isLate = context.seenAt < knownSince(known);
  if (isLate && !tellsMore(row, context, before)) {
    const status = life?.status ?? null;
    return { result: null, finding: null, change: changeBetween(status, status) };
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
  const newest = isLate && before ? before : resultFrom(id, row, context);
  const result: CheckResult = {
    ...newest,
    toldAt: tells(newest) ? '' : tells(row) ? context.seenAt : toldBefore(known),
    standing: standingOf(newest, status),
    exempt: status === 'suppressed' || status === 'accepted',
  };
  const details = isLate ? (life?.details ?? row.details) : row.details;
  const finding = status === null ? null : findingFrom(result, context, { life, status, details });
  // An unchanged result of a whole report is not written: its scope remembers that it was seen again.
  const isNews = context.partial || !before || !sameBut(VOLATILE, before, result);
  return {
    result: isNews ? result : null,
    finding: finding && (!life || !sameBut(SEEN_AGAIN, life, finding)) ? finding : null,
    change: changeBetween(life?.status ?? null, status),
  };
}

interface Living {
  life: StoredFinding | null;
}

interface Known {
  result: CheckResult | null;
  finding: StoredFinding | null;
  scope: Pick<ScopeSeen, 'lastCompleteAt'> | null;
}

const VOLATILE = ['observedAt', 'importId'] as const;
const SEEN_AGAIN = ['lastSeenAt'] as const;

/** The newest moment of which something is known about this row: it was there then, or it was not. */
function knownSince({ result, scope }: Pick<Known, 'result' | 'scope'>): string {
  const complete = scope?.lastCompleteAt ?? '';
  return result && result.observedAt > complete ? result.observedAt : complete;
}

/** When the tool could last tell before this row; also when the resource was last seen to be missing. */
function toldBefore({ result, scope }: Known): string {
  if (!result?.present || tells(result)) return knownSince({ result, scope });
  return result.toldAt;
}

/** True for an older row that tells, where all that is known since is that the tool could not tell. */
function tellsMore(row: SpooledRow, { seenAt }: RowContext, before: CheckResult | null): boolean {
  return tells(row) && !!before?.present && !tells(before) && seenAt > before.toldAt;
}

function resultFrom(
  id: string,
  row: SpooledRow,
  context: RowContext,
): Omit<CheckResult, 'toldAt' | 'standing' | 'exempt'> {
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
    ...(row.subObject === '' ? {} : { subObject: row.subObject }),
    verdict: row.verdict,
    mutedVerdict: row.mutedVerdict,
    severity: row.severity,
    rawSeverity: row.rawSeverity,
    observed: row.observed,
    observedAt: context.seenAt,
    present: true,
    importId: context.importId,
  };
}

function findingFrom(
  result: CheckResult,
  context: RowContext,
  { life, status, details }: Pick<StoredFinding, 'status' | 'details'> & Living,
): StoredFinding {
  const isFixed = status === 'resolved';
  const wasFixed = life?.status === 'resolved';
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
    firstSeenAt: life && life.firstSeenAt < seenAt ? life.firstSeenAt : seenAt,
    lastSeenAt: result.observedAt,
    resolvedAt: isFixed ? (wasFixed ? life.resolvedAt : seenAt) : null,
    resolvedBy: isFixed ? (wasFixed ? life.resolvedBy : context.importId) : null,
    resolution: isFixed ? (wasFixed ? life.resolution : 'passed') : null,
    reopenedCount: (life?.reopenedCount ?? 0) + (wasFixed && status === 'open' ? 1 : 0),
    triage: triageFrom(result, context, life, status),
    ...triageEnd(life, status),
    searchText: [title, checkId, resourceUid, resourceName, ...searched(details)]
      .join('\n')
      .toLowerCase(),
    scopeId: context.scopeId,
  };
}

/** What else of a finding people search for. */
function searched(details: FindingDetails | undefined): string[] {
  const { package: affected, web, code } = details ?? {};
  return [affected?.name, web?.url, code?.file].filter((text) => text !== undefined);
}

function triageFrom(
  { verdict }: CheckResult,
  context: RowContext,
  life: StoredFinding | null,
  status: StoredFinding['status'],
): StoredFinding['triage'] {
  if (status === 'open' || status === 'resolved') return null;
  if (life?.triage) return life.triage;
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
      a[key] === b[key] || // nearly always, and far cheaper than to compare texts
      ignored.includes(key) ||
      JSON.stringify(a[key] ?? null) === JSON.stringify(b[key] ?? null),
  );
}
