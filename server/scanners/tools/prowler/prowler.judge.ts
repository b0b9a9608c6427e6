import type { ReadOutcome, ReportRow } from '../../rows/report.js';
import { endedEarly, failed, MAX_MISSING, reasonIn, verdictOfGaps } from '../../runs/judging.js';
import type { Coverage, RunResult, ScanVerdict, ToolRun } from '../../runs/tool-run.js';
import { canonicalCheckId } from './check-aliases.js';
import { hiddenBy } from './prowler.gaps.js';
import { errorClasses, type LogEntry, readProwlerLog } from './prowler.log.js';
import { withdrawnChecks } from './withdrawn-passes.js';

export interface ProwlerJudged {
  run: ToolRun;
  result: RunResult;
  read: ReadOutcome | null;
  rows: readonly Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: ReadonlySet<string>;
  /** The text of `prowler.log` in the output folder; null or left out if there is none. */
  log?: string | null;
  /** The result of `readCheckList` for `listChecksRun`; null or left out if unknown. */
  expectedChecks?: readonly string[] | null;
}

/** Regions that Prowler excludes by default. */
const LEFT_OUT_BY_DEFAULT = ['me-south-1', 'me-central-1'];

/**
 * Codes 0 and 3 mean that Prowler ran, not that it saw anything: a check that crashes or lacks
 * permissions gives no result. Only the log explains a missing result: an error-free log means that
 * there was nothing to check; without a log the reason is unknown.
 */
export function judgeProwler(given: ProwlerJudged): ScanVerdict {
  const { run, result, read, checkIds } = given;
  const entries = typeof given.log === 'string' ? readProwlerLog(given.log) : null;
  const coverage = coverageOf(given, entries);
  const early = endedEarly(result);
  if (early) return { ...early, coverage };
  const reason = reasonOf(entries, result);
  if (result.exitCode !== 0 && result.exitCode !== 3) {
    return failed(
      `Prowler failed (exit ${result.exitCode})${reason ? `: ${reason}` : ''}`,
      coverage,
    );
  }
  if (!read || (checkIds.size === 0 && read.results === 0)) {
    // Prowler writes no file without results, so a clean run and a blind one look the same.
    if (reason) return failed(`Prowler gave no result: ${reason}`, coverage);
    const gap = 'Prowler gave no result at all: check the permissions and the scope of the scan';
    return verdictOfGaps([gap], coverage);
  }
  const region = regionOf(run);
  const errors = errorClasses(entries ?? []);
  const gaps = [
    ...(read.partial
      ? [`the report is incomplete: ${read.problem ?? 'something is missing'}`]
      : []),
    ...errors.map(
      ({ name, count, modules }) =>
        `${name}, ${count} times in ${modules.slice(0, 5).join(', ') || 'Prowler'}`,
    ),
    ...withdrawnChecks(given.log ?? null).map(
      ({ source }) =>
        `Prowler could not judge *${source.replace('$', '')}: its passes do not count`,
    ),
    ...(entries === null && coverage.missing.length > 0
      ? [`${coverage.missing.length} checks gave no result, and there is no log to explain it`]
      : []),
    ...(entries === null && coverage.expected === null
      ? ['neither the expected checks nor the log are known']
      : []),
    ...(region !== null &&
    LEFT_OUT_BY_DEFAULT.includes(region) &&
    !given.rows.some((row) => row.region === region)
      ? [`${region} gave no result: Prowler excludes it by default`]
      : []),
  ];
  const hidden = hiddenBy(entries ?? [], given.expectedChecks ?? null);
  return { ...verdictOfGaps(gaps, coverage), ...(hidden.length > 0 && { hidden }) };
}

function coverageOf(given: ProwlerJudged, entries: LogEntry[] | null): Coverage {
  const observed = new Set([...given.checkIds].map(canonicalCheckId));
  const leftOut = leftOutBy(given.run);
  const expected = given.expectedChecks
    ? new Set(given.expectedChecks.filter((id) => !leftOut.has(id)).map(canonicalCheckId))
    : null;
  const missing = [...(expected ?? [])].filter((id) => !observed.has(id)).sort();
  const errors = errorClasses(entries ?? []);
  const crashed = new Set(
    errors.flatMap(({ modules }) => modules).filter((name) => expected?.has(name)),
  );
  return {
    unit: 'checks',
    expected: expected?.size ?? null,
    executed: expected ? expected.size - crashed.size : null,
    evidenced: observed.size,
    missing: missing.slice(0, MAX_MISSING),
    skipped: [
      ...excludedRegions(given.run).map((region) => ({
        what: region,
        why: 'the scan leaves it out',
      })),
      ...leftOut.skipped,
      ...errors.map(({ name, count, modules, example }) => ({
        what: modules.slice(0, 20).join(', ') || 'Prowler',
        why: `${name} (${count} times): ${example}`,
      })),
    ],
    toolVersion: given.read?.toolVersion ?? null,
    databases: [],
  };
}

/** Services and checks that the start excludes, although Prowler's list of checks includes them. */
function leftOutBy({ args }: ToolRun): { has(id: string): boolean; skipped: Coverage['skipped'] } {
  const services = valuesOf(args, '--excluded-services');
  const checks = valuesOf(args, '--excluded-checks');
  const why = {
    services: 'they are account-wide, and another start scans them',
    checks: 'they would send addresses of the account to a third party',
  };
  return {
    has: (id) => checks.includes(id) || services.includes(id.split('_', 1)[0] ?? ''),
    skipped: [
      ...(services.length > 0 ? [{ what: services.join(', '), why: why.services }] : []),
      ...(checks.length > 0 ? [{ what: checks.join(', '), why: why.checks }] : []),
    ],
  };
}

/** Excluded regions: the requested ones, and Prowler's defaults in scans of all regions. */
function excludedRegions({ args }: ToolRun): string[] {
  const stated = valuesOf(args, '--excluded-regions');
  const isAws = args[0] === 'aws';
  return stated.length === 0 && isAws && regionOf({ args }) === null ? LEFT_OUT_BY_DEFAULT : stated;
}

const regionOf = ({ args }: Pick<ToolRun, 'args'>): string | null =>
  valuesOf(args, '--region')[0] ?? null;

function valuesOf(args: readonly string[], flag: string): string[] {
  const at = args.indexOf(flag);
  if (at < 0) return [];
  const rest = args.slice(at + 1);
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  return rest.slice(0, end < 0 ? undefined : end);
}

/** The most severe line: critical before error, the log before the output. */
function reasonOf(entries: LogEntry[] | null, result: RunResult): string | null {
  const worst =
    entries?.findLast(({ level }) => level === 'CRITICAL') ??
    entries?.findLast(({ level }) => level === 'ERROR');
  if (worst) return worst.message.slice(0, 300);
  return reasonIn(
    `${result.stdout}\n${result.stderr}`,
    /CRITICAL|ERROR|error:|Error\b|Exception\b/,
  );
}
