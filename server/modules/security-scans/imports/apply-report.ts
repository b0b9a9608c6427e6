import type { FindingChanges } from '../../../../contract/security-scans.js';
import { silenceOf } from '../../../scanners/tools/registry.js';
import type { CheckResult } from '../check-results/check-result.js';
import type { ScopeSeen } from '../check-results/check-scope.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { scopeKey } from '../check-results/scope-tallies.rules.js';
import type { StoredFinding } from '../findings/stored-finding.js';
import { type AppliedRow, applyRow, type RowContext } from './apply-row.rules.js';
import { type IdentifiedRow, type IdentityRows, identifyRows } from './identify-rows.js';
import { keepHeapSmall } from './keep-heap-small.js';
import { RowOrder } from './report-order.js';
import type { ReportSurvey } from './report-survey.js';
import type { ReportToApply } from './report-to-apply.js';
import type { Spooled, SpooledRow } from './row-spool.js';
import { settleTimes } from './settle-times.js';
import { storeChecks } from './store-checks.js';

/** Rows per batch: small, so that V8 frees a batch's objects while they are young. */
const BATCH = 500;

export interface AppliedReport {
  changes: Omit<FindingChanges, 'stale'>;
  /** Ids of the report's results. */
  seen: ReadonlySet<string>;
  /** Of these, the ids of new results, of tools whose groups are not checks (see `Silence`). */
  added: ReadonlySet<string>;
  /** How many of them were present before. */
  continued: number;
  /** Of a report without an end mark. */
  order: RowOrder | null;
  /** Results that are older than what is stored, and changed nothing. */
  older: number;
}

/** Stores the rows of a report that was read to its end. Idempotent. */
export async function applyReport(
  stores: ResultStores,
  report: ReportToApply,
): Promise<AppliedReport> {
  const { team, survey, outcome } = report;
  const scopes = await stores.scopes.seen(team, survey.toolOf, [...survey.checks.keys()]);
  settleTimes(report, scopes);
  await storeChecks(stores.checks, report, [...scopes.values()]);
  const changes = { opened: 0, reopened: 0, resolved: 0, unchanged: 0 };
  const seen = new Set<string>();
  const added = new Set<string>();
  const order = outcome.isEndless ? new RowOrder() : null;
  const waiting = new Map<string, IdentityRows>();
  let stored = 0;
  let older = 0;
  let continued = 0;
  for await (const batch of report.spool.read(BATCH)) {
    const groups = batch.flatMap((spooled) => whole(spooled, report, waiting));
    const rows = await identifyRows(stores, report, groups);
    for (const { id, row, stored: before } of rows) {
      seen.add(id);
      const tool = survey.toolOf(row.checkId);
      order?.add(tool, id, row);
      if (before?.present) continued += 1;
      if (before === null && silenceOf(tool, row.provider).groupOf) added.add(id);
    }
    for (const applied of await storeRows(stores, report, scopes, rows)) {
      if (applied.change !== 'none') changes[applied.change] += 1;
      if (applied.isOlder) older += 1;
    }
    stored += batch.length;
    keepHeapSmall(report);
    report.onProgress(stored / outcome.results);
  }
  return { changes, seen, added, continued, order, older };
}

/**
 * Collects rows that share an identity: what they are shows beside each other, in any order. The same row
 * twice is one row.
 */
function whole(
  { identity, former, row }: Spooled,
  { survey }: ReportToApply,
  waiting: Map<string, IdentityRows>,
): IdentityRows[] {
  const count = survey.identities.get(identity) ?? 1;
  const group = waiting.get(identity) ?? { identity, rows: [] };
  group.rows.push(row);
  if (group.rows.length < count) {
    waiting.set(identity, group);
    return [];
  }
  waiting.delete(identity);
  const rows = count === 1 ? group.rows : withoutRepeated(group.rows, survey);
  // A former identity that several rows have is none of theirs for sure.
  const isClear =
    former !== undefined && rows.length === 1 && survey.formerIdentities.get(former) === count;
  return [{ identity, ...(isClear && { former }), rows }];
}

function withoutRepeated(rows: readonly SpooledRow[], survey: ReportSurvey): SpooledRow[] {
  const known = new Set<string>();
  return rows.filter((row) => {
    const text = JSON.stringify(row);
    const isRepeated = row.source !== undefined && known.has(text);
    if (isRepeated) survey.takeBack(row);
    known.add(text);
    return !isRepeated;
  });
}

async function storeRows(
  stores: ResultStores,
  report: ReportToApply,
  scopes: ReadonlyMap<string, ScopeSeen>,
  rows: readonly IdentifiedRow[],
): Promise<AppliedRow[]> {
  const { team, outcome, importId, now, survey } = report;
  const findings = await stores.findings.byId(
    team,
    rows.map(({ id }) => id),
  );
  const applied = rows.map(({ id, row, stored, parts, keepsTriage }) => {
    const surveyed = survey.scopes.get(scopeKey(row));
    const scope = surveyed ? survey.idOf(team, surveyed) : '';
    const check = survey.checks.get(row.checkId)?.check;
    const context: RowContext = {
      teamId: team.teamId,
      importId,
      tool: survey.toolOf(row.checkId),
      now,
      seenAt: surveyed?.seenAt ?? now,
      partial: outcome.partial,
      title: check?.title || row.checkId,
      service: check?.service ?? '',
      scopeId: scope,
      parts,
      keepsTriage,
    };
    return applyRow(id, row, context, {
      result: stored,
      finding: findings.get(id) ?? null,
      scope: scopes.get(scope) ?? null,
    });
  });
  const newResults = applied
    .map(({ result }) => result)
    .filter((item): item is CheckResult => item !== null);
  const newFindings = applied
    .map(({ finding }) => finding)
    .filter((item): item is StoredFinding => item !== null);
  report.lease.check();
  // Findings first: if the process dies in between, the next run sees that the results are not stored yet.
  if (newFindings.length > 0) await stores.findings.put(team, newFindings);
  if (newResults.length > 0) await stores.results.put(team, newResults);
  return applied;
}
