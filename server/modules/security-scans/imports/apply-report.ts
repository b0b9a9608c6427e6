import type { FindingChanges } from '../../../../contract/security-scans.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ReadOutcome } from '../../../scanners/report.js';
import type {
  CheckResult,
  CheckResultsRepository,
} from '../check-results/check-results.repository.js';
import { resultId, scopeId } from '../check-results/identity.rules.js';
import type { CheckScope, ScopesRepository } from '../check-results/scopes.repository.js';
import type { ChecksRepository, KnownCheck } from '../checks/checks.repository.js';
import type { FindingsRepository, StoredFinding } from '../findings/findings.repository.js';
import { type Applied, applyRow, type RowContext } from './apply-row.rules.js';
import { inOrderOfCopies } from './copies.rules.js';
import type { ReportSurvey } from './report-survey.js';
import type { RowSpool, Spooled, SpooledRow } from './row-spool.js';

const BATCH = 2_000;

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
  outcome: ReadOutcome;
  survey: ReportSurvey;
  spool: RowSpool;
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
  await storeChecks(parts.checks, report);
  const scopes = new Map(
    (await parts.scopes.list(team, [...survey.checks.keys()]))
      .filter((scope) => scope.tool === outcome.tool)
      .map((scope) => [scope.id, scope]),
  );
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
    report.onProgress(stored / outcome.results);
  }
  return { changes, seen };
}

/** Rows that share an identity wait for each other, so that each gets the same id in any order. */
function withIds(
  { identity, row }: Spooled,
  { team, survey }: ReportToApply,
  waiting: Map<string, SpooledRow[]>,
): { id: string; row: SpooledRow }[] {
  const copies = survey.identities.get(identity) ?? 1;
  if (copies === 1) return [{ id: resultId(team.teamId, identity, 0), row }];
  const rows = waiting.get(identity) ?? [];
  rows.push(row);
  waiting.set(identity, rows);
  if (rows.length < copies) return [];
  waiting.delete(identity);
  return inOrderOfCopies(rows).map((copy, n) => ({
    id: resultId(team.teamId, identity, n),
    row: copy,
  }));
}

async function storeRows(
  parts: ApplyParts,
  report: ReportToApply,
  scopes: ReadonlyMap<string, CheckScope>,
  rows: readonly { id: string; row: SpooledRow }[],
): Promise<Applied[]> {
  const { team, outcome, importId, now, survey } = report;
  const ids = rows.map(({ id }) => id);
  const [results, findings] = await Promise.all([
    parts.results.byId(team, ids),
    parts.findings.byId(team, ids),
  ]);
  const applied = rows.map(({ id, row }) => {
    const scope = scopeId(team.teamId, { tool: outcome.tool, ...row });
    const check = survey.checks.get(row.checkId)?.check;
    const context: RowContext = {
      teamId: team.teamId,
      importId,
      tool: outcome.tool,
      now,
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
  // Findings first: if the process dies in between, the next run sees the results as not yet stored.
  if (newFindings.length > 0) await parts.findings.put(team, newFindings);
  if (newResults.length > 0) await parts.results.put(team, newResults);
  return applied;
}

/** The newest description of a check wins. */
async function storeChecks(checks: ChecksRepository, report: ReportToApply): Promise<void> {
  const { team, outcome, survey, now } = report;
  const known = new Map(
    (await checks.list(team, [...survey.checks.keys()])).map((item) => [item.id, item]),
  );
  const described: KnownCheck[] = [];
  for (const { check, severity, provider } of survey.checks.values()) {
    const id = scopeId(team.teamId, {
      tool: outcome.tool,
      checkId: check.id,
      provider,
      accountId: '',
      region: '',
    });
    const before = known.get(id);
    const isSame =
      before &&
      before.severity === severity &&
      JSON.stringify(before.check) === JSON.stringify(check);
    if (isSame) continue;
    described.push({
      id,
      teamId: team.teamId,
      tool: outcome.tool,
      provider,
      severity,
      check,
      describedAt: now,
    });
  }
  if (described.length > 0) await checks.put(team, described);
}
