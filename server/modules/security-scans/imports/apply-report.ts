import type { FindingChanges } from '../../../../contract/security-scans.js';
import type { CheckResult } from '../check-results/check-result.js';
import type { ScopeSeen } from '../check-results/check-scope.js';
import { resultId } from '../check-results/identity.rules.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { scopeKey } from '../check-results/scope-tallies.rules.js';
import type { StoredFinding } from '../findings/stored-finding.js';
import { type AppliedRow, applyRow, type RowContext } from './apply-row.rules.js';
import { inOrderOfCopies } from './copies.rules.js';
import { keepHeapSmall } from './keep-heap-small.js';
import type { ReportToApply } from './report-to-apply.js';
import type { Spooled, SpooledRow } from './row-spool.js';
import { storeChecks } from './store-checks.js';

/** Rows per batch: small, so that V8 frees a batch's objects while they are young. */
const BATCH = 500;

export interface AppliedReport {
  changes: Omit<FindingChanges, 'stale'>;
  /** Ids of the report's results. */
  seen: ReadonlySet<string>;
}

/** Stores the rows of a report that was read to its end. Idempotent. */
export async function applyReport(
  stores: ResultStores,
  report: ReportToApply,
): Promise<AppliedReport> {
  const { team, survey, outcome } = report;
  const scopes = await stores.scopes.seen(team, survey.toolOf, [...survey.checks.keys()]);
  await storeChecks(stores.checks, report, [...scopes.values()]);
  const changes = { opened: 0, reopened: 0, resolved: 0, unchanged: 0 };
  const seen = new Set<string>();
  const waiting = new Map<string, SpooledRow[]>();
  let stored = 0;
  for await (const batch of report.spool.read(BATCH)) {
    const rows = batch.flatMap((spooled) => withIds(spooled, report, waiting));
    for (const { id } of rows) seen.add(id);
    for (const applied of await storeRows(stores, report, scopes, rows)) {
      if (applied.change !== 'none') changes[applied.change] += 1;
    }
    stored += batch.length;
    keepHeapSmall(report);
    report.onProgress(stored / outcome.results);
  }
  return { changes, seen };
}

interface IdentifiedRow {
  id: string;
  row: SpooledRow;
  /** The id of one more row with this identity, where the report may have lost some. */
  next: string | null;
}

/** Collects rows that share an identity, so that each gets the same id in any order. */
function withIds(
  { identity, row }: Spooled,
  { team, survey, outcome }: ReportToApply,
  waiting: Map<string, SpooledRow[]>,
): IdentifiedRow[] {
  const copies = survey.identities.get(identity) ?? 1;
  const next = outcome.partial ? resultId(team.teamId, identity, copies) : null;
  if (copies === 1) return [{ id: resultId(team.teamId, identity, 0), row, next }];
  const rows = waiting.get(identity) ?? [];
  rows.push(row);
  waiting.set(identity, rows);
  if (rows.length < copies) return [];
  waiting.delete(identity);
  return inOrderOfCopies(rows).map((copy, n) => ({
    id: resultId(team.teamId, identity, n),
    row: copy,
    next,
  }));
}

async function storeRows(
  stores: ResultStores,
  report: ReportToApply,
  scopes: ReadonlyMap<string, ScopeSeen>,
  identified: readonly IdentifiedRow[],
): Promise<AppliedRow[]> {
  const { team, outcome, importId, now, survey } = report;
  const rows = await withoutTorn(stores, report, identified);
  const ids = rows.map(({ id }) => id);
  const [results, findings] = await Promise.all([
    stores.results.byId(team, ids),
    stores.findings.byId(team, ids),
  ]);
  const applied = rows.map(({ id, row }) => {
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
    };
    return applyRow(id, row, context, {
      result: results.get(id) ?? null,
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

/**
 * For a report that was cut off: drops rows when more rows with their identity are stored than it has. A row
 * that is left could take the id of a lost one, and resolve its finding.
 */
async function withoutTorn(
  { results }: ResultStores,
  { team }: ReportToApply,
  rows: readonly IdentifiedRow[],
): Promise<readonly IdentifiedRow[]> {
  const next = rows.flatMap((row) => (row.next === null ? [] : [row.next]));
  if (next.length === 0) return rows;
  const known = await results.byId(team, [...new Set(next)]);
  return rows.filter((row) => row.next === null || !known.get(row.next)?.present);
}
