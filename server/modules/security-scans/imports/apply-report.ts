import type { FindingChanges } from '../../../../contract/security-scans.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Covers, ReadOutcome } from '../../../scanners/rows/report.js';
import type {
  CheckResult,
  CheckResultsRepository,
} from '../check-results/check-results.repository.js';
import { resultId } from '../check-results/identity.rules.js';
import { scopeKey } from '../check-results/scope-tallies.js';
import type { ScopeSeen, ScopesRepository } from '../check-results/scopes.repository.js';
import type { ChecksRepository } from '../checks/checks.repository.js';
import type { FindingsRepository, StoredFinding } from '../findings/findings.repository.js';
import { type Applied, applyRow, type RowContext } from './apply-row.rules.js';
import { inOrderOfCopies } from './copies.rules.js';
import { keepHeapSmall } from './keep-heap-small.js';
import type { ReportSurvey } from './report-survey.js';
import type { RowSpool, Spooled, SpooledRow } from './row-spool.js';
import { storeChecks } from './store-checks.js';

/** Rows at a time. Small, so that what is made of them is garbage again before it counts as old. */
const BATCH = 500;

export interface ApplyParts {
  results: CheckResultsRepository;
  findings: FindingsRepository;
  scopes: ScopesRepository;
  checks: ChecksRepository;
}

export interface ReportToApply {
  team: TeamScope;
  importId: string;
  now: string;
  lease: Pick<Lease, 'check'>;
  outcome: ReadOutcome;
  survey: ReportSurvey;
  spool: RowSpool;
  /** Known by who ran the scan; left out for a report of unknown origin. */
  covers?: Covers;
  /** Share of the rows that are stored, 0 … 1. */
  onProgress: (share: number) => void;
}

export interface AppliedReport {
  changes: Omit<FindingChanges, 'stale'>;
  /** Ids of the results that the report has. */
  seen: ReadonlySet<string>;
}

/** Stores the rows of a report that was read to its end. Doing it twice is doing it once. */
export async function applyReport(
  parts: ApplyParts,
  report: ReportToApply,
): Promise<AppliedReport> {
  const { team, survey, outcome } = report;
  const scopes = await parts.scopes.seen(team, survey.toolOf, [...survey.checks.keys()]);
  await storeChecks(parts.checks, report, [...scopes.values()]);
  const changes = { opened: 0, reopened: 0, resolved: 0, unchanged: 0 };
  const seen = new Set<string>();
  const waiting = new Map<string, SpooledRow[]>();
  let stored = 0;
  for await (const batch of report.spool.read(BATCH)) {
    const rows = batch.flatMap((spooled) => withIds(spooled, report, waiting));
    for (const { id } of rows) seen.add(id);
    for (const applied of await storeRows(parts, report, scopes, rows)) {
      if (applied.change !== 'none') changes[applied.change] += 1;
    }
    stored += batch.length;
    keepHeapSmall();
    report.onProgress(stored / outcome.results);
  }
  return { changes, seen };
}

interface IdentifiedRow {
  id: string;
  row: SpooledRow;
  /** The id that one more row of this identity would have, where the report may have lost some. */
  next: string | null;
}

/** Rows that share an identity wait for each other, so that each gets the same id in any order. */
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
  parts: ApplyParts,
  report: ReportToApply,
  scopes: ReadonlyMap<string, ScopeSeen>,
  identified: readonly IdentifiedRow[],
): Promise<Applied[]> {
  const { team, outcome, importId, now, survey } = report;
  const rows = await withoutTorn(parts, report, identified);
  const ids = rows.map(({ id }) => id);
  const [results, findings] = await Promise.all([
    parts.results.byId(team, ids),
    parts.findings.byId(team, ids),
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
  // Findings first: if the process dies in between, the next run sees the results as not yet stored.
  if (newFindings.length > 0) await parts.findings.put(team, newFindings);
  if (newResults.length > 0) await parts.results.put(team, newResults);
  return applied;
}

/**
 * Leaves out rows of a report that was cut off, when more of their identity are known than it has: one of
 * those that are left could be taken for one that was lost, and resolve its finding.
 */
async function withoutTorn(
  { results }: ApplyParts,
  { team }: ReportToApply,
  rows: readonly IdentifiedRow[],
): Promise<readonly IdentifiedRow[]> {
  const next = rows.flatMap((row) => (row.next === null ? [] : [row.next]));
  if (next.length === 0) return rows;
  const known = await results.byId(team, [...new Set(next)]);
  return rows.filter((row) => row.next === null || !known.get(row.next)?.present);
}
