import type { ReadOutcome, ReportRow } from '../../rows/report.js';
import { endedEarly, failed, reasonIn, verdictOfGaps } from '../../runs/judging.js';
import type { Coverage, RunResult, ScanVerdict, ToolRun } from '../../runs/tool-run.js';

/** Older databases than this make a gap: what was found since is not in them. */
const MAX_DATABASE_AGE_MS = 7 * 24 * 3600_000;
const JAVA_DATABASE_AGE_MS = 30 * 24 * 3600_000;

export interface TrivyJudged {
  run: ToolRun;
  result: RunResult;
  read: ReadOutcome | null;
  rows: readonly Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: ReadonlySet<string>;
  /** What `readTrivyVersion` said, when the caller asked. */
  databases?: Coverage['databases'];
  /** What could not be looked at, see `lesserTrivyRun`. */
  lacking?: Coverage['skipped'];
}

/** Trivy's own warnings that a scan saw less than it seems. */
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
  // Said for Terraform and CloudFormation; of other files Trivy leaves out silently what a comment asks for.
  [
    /\bIgnore finding\b/,
    'comments in the files (trivy:ignore) keep findings out of the report, so what it lacks proves nothing',
  ],
];

/** Exit 0 says only that Trivy came to its end; what it recognised is in the report. */
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
    return failed(`Trivy left no report that can be read${reason ? `: ${reason}` : ''}`, coverage);
  }
  const gaps = [
    ...(read.partial ? [`the report is not whole: ${read.problem ?? 'something is missing'}`] : []),
    ...(facts?.executed === 0 || (!facts && given.rows.length === 0)
      ? ['Trivy recognised nothing that it can judge: that is not the same as clean']
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

/** Trivy passes over what it may not read without a word. */
function unreadIn({ unreadable }: RunResult): Coverage['skipped'] {
  if (!unreadable) return [];
  const { count, examples } = unreadable;
  const why = `${count} of the folder may not be read by the scan; let it read them, or leave them out`;
  return [{ what: examples.join(', '), why }];
}

/** Which rules for configuration files counted, where they were those of the program itself. */
function withChecks(
  databases: Coverage['databases'],
  { result, read }: TrivyJudged,
): Coverage['databases'] {
  if (!/Falling back to embedded checks/.test(result.stderr)) return databases;
  const version = `of Trivy ${read?.facts?.toolVersion ?? read?.toolVersion ?? ''}`.trim();
  return [...databases, { name: 'trivy-checks', version, updatedAt: null }];
}

/** Only where vulnerabilities were asked for with databases that are not downloaded on the way. */
function databaseGaps({ run, read }: TrivyJudged, databases: Coverage['databases']): string[] {
  const asked = run.args.some((arg) => /^--scanners=.*\bvuln\b/.test(arg));
  if (!asked || !run.args.includes('--skip-db-update')) return [];
  const main = databases.find(({ name }) => name === 'trivy-db');
  const at = Date.parse(read?.facts?.createdAt ?? '');
  if (!main?.updatedAt || Number.isNaN(at))
    return ['the age of the vulnerability database is not known'];
  return databases.flatMap(({ name, updatedAt }) => {
    const limit = name === 'trivy-db' ? MAX_DATABASE_AGE_MS : JAVA_DATABASE_AGE_MS;
    const age = at - Date.parse(updatedAt ?? '');
    return name !== 'trivy-checks' && age > limit
      ? [`${name} is ${Math.floor(age / (24 * 3600_000))} days old; newer weaknesses are not in it`]
      : [];
  });
}
