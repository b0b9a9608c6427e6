import type { ReadOutcome, ReportRow } from '../../rows/report.js';
import { endedEarly, failed, reasonIn, verdictOfGaps } from '../../runs/judging.js';
import type { Coverage, RunResult, ScanVerdict, ToolRun } from '../../runs/tool-run.js';

/** An older database is a gap, as it lacks newer vulnerabilities. */
const MAX_DATABASE_AGE_MS = 7 * 24 * 3600_000;
const JAVA_DATABASE_AGE_MS = 30 * 24 * 3600_000;

export interface TrivyJudged {
  run: ToolRun;
  result: RunResult;
  read: ReadOutcome | null;
  rows: readonly Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: ReadonlySet<string>;
  /** The result of `readTrivyVersion`, if the caller asked. */
  databases?: Coverage['databases'];
  /** What could not be scanned, see `lesserTrivyRun`. */
  lacking?: Coverage['skipped'];
}

/** Trivy's warnings that a scan was incomplete. */
const WARNINGS: [RegExp, string][] = [
  [
    /unsupported os|OS is not (?:detected|supported)|Unsupported os version/i,
    'the operating system is not supported, so its packages were not judged',
  ],
  [
    /no longer supported by the distribution|detection may be insufficient/i,
    'the distribution is no longer supported, so its packages were judged by old data',
  ],
  [
    /Unable to (?:parse|analyze)|failed to (?:parse|analyze)|Failed to scan/i,
    'some files could not be read',
  ],
  [/exceeded.*size|skipp(?:ed|ing).*(?:large|size)/i, 'some files were too large'],
  // Only logged for Terraform and CloudFormation; in other files Trivy obeys such comments silently.
  [
    /\bIgnore finding\b/,
    'comments in the files (trivy:ignore) keep findings out of the report, so what it lacks proves nothing',
  ],
];

/** Exit 0 only means that Trivy finished; the report states what it recognised. */
export function judgeTrivy(given: TrivyJudged): ScanVerdict {
  const { result, read, checkIds, databases = [], lacking = [] } = given;
  const facts = read?.facts;
  const coverage: Coverage = {
    unit: 'results',
    expected: null,
    executed: facts?.executed ?? null,
    evidenced: facts?.executed ?? (given.rows.length > 0 ? 1 : 0),
    missing: [],
    skipped: [...lacking, ...unreadIn(result), ...(facts?.skipped ?? []), ...warningsOf(result)],
    toolVersion: read?.toolVersion ?? facts?.toolVersion ?? null,
    databases: withChecks(databases, given),
  };
  const early = endedEarly(result);
  if (early) return { ...early, coverage };
  const reason = reasonIn(result.stderr, /\bFATAL\b|\bERROR\b|fatal error/i);
  if (result.exitCode !== 0) {
    return failed(`Trivy failed (exit ${result.exitCode})${reason ? `: ${reason}` : ''}`, coverage);
  }
  if (!read) {
    return failed(`Trivy wrote no readable report${reason ? `: ${reason}` : ''}`, coverage);
  }
  const gaps = [
    ...(read.partial
      ? [`the report is incomplete: ${read.problem ?? 'something is missing'}`]
      : []),
    ...(facts?.executed === 0 || (!facts && given.rows.length === 0)
      ? ['Trivy recognised nothing to scan, which does not mean that the target is clean']
      : []),
    ...(checkIds.has('os_end_of_life') && !facts
      ? ['the operating system is at its end of life']
      : []),
    ...coverage.skipped.map(({ what, why }) => `${what}: ${why}`),
    ...databaseGaps(given, databases),
  ];
  return verdictOfGaps(gaps, coverage);
}

function warningsOf({ stderr }: RunResult): Coverage['skipped'] {
  return WARNINGS.flatMap(([pattern, why]) => {
    const line = reasonIn(stderr, pattern);
    return line === null ? [] : [{ what: line.slice(0, 200), why }];
  });
}

/** Trivy silently skips files that it may not read. */
function unreadIn({ unreadable }: RunResult): Coverage['skipped'] {
  if (!unreadable) return [];
  const { count, examples } = unreadable;
  const why = `${count} of the folder cannot be read by the scan; allow it to read them, or exclude them`;
  return [{ what: examples.join(', '), why }];
}

/** The version of the configuration rules, if they were those built into the program. */
function withChecks(
  databases: Coverage['databases'],
  { result, read }: TrivyJudged,
): Coverage['databases'] {
  if (!/Falling back to embedded checks/.test(result.stderr)) return databases;
  const version = `of Trivy ${read?.facts?.toolVersion ?? read?.toolVersion ?? ''}`.trim();
  return [...databases, { name: 'trivy-checks', version, updatedAt: null }];
}

/** Only if vulnerabilities were requested with databases that are not downloaded during the run. */
function databaseGaps({ run, read }: TrivyJudged, databases: Coverage['databases']): string[] {
  const asked = run.args.some((arg) => /^--scanners=.*\bvuln\b/.test(arg));
  if (!asked || !run.args.includes('--skip-db-update')) return [];
  const main = databases.find(({ name }) => name === 'trivy-db');
  const at = Date.parse(read?.facts?.createdAt ?? '');
  if (!main?.updatedAt || Number.isNaN(at))
    return ['the age of the vulnerability database is unknown'];
  return databases.flatMap(({ name, updatedAt }) => {
    const limit = name === 'trivy-db' ? MAX_DATABASE_AGE_MS : JAVA_DATABASE_AGE_MS;
    const age = at - Date.parse(updatedAt ?? '');
    return name !== 'trivy-checks' && age > limit
      ? [`${name} is ${Math.floor(age / (24 * 3600_000))} days old; it lacks newer vulnerabilities`]
      : [];
  });
}
