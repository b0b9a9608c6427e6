import type { ReadOutcome, ReportRow } from '../../rows/report.js';
import { endedEarly, failed, reasonIn, verdictOfGaps } from '../../runs/judging.js';
import type { Coverage, RunResult, ScanVerdict, ToolRun } from '../../runs/tool-run.js';

export interface ZapJudged {
  run: ToolRun;
  result: RunResult;
  read: ReadOutcome | null;
  rows: readonly Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: ReadonlySet<string>;
}

/**
 * The exit code is ambiguous: 1 and 2 also mean alerts, in packaged scans, or errors and warnings of
 * the plan. A missing report is always a failure; a report without a site saw nothing.
 */
export function judgeZap({ result, read }: ZapJudged): ScanVerdict {
  const facts = read?.facts;
  const urls = urlsIn(result.stdout);
  const coverage: Coverage = {
    unit: 'pages',
    expected: null,
    executed: urls,
    evidenced: read ? (urls ?? facts?.executed ?? 0) : 0,
    missing: [],
    skipped: [...(facts?.skipped ?? [])],
    toolVersion: read?.toolVersion ?? facts?.toolVersion ?? null,
    databases: [],
  };
  const early = endedEarly(result);
  if (early) return { ...early, coverage };
  const printed = `${result.stdout}\n${result.stderr}`;
  const reason = reasonIn(
    printed,
    /failed to access|Failed to (?:attack|access|connect|start)|UnknownHost|Connection refused|\bERROR\b|\bJob .*(?:error|fail)/i,
  );
  const because = reason ? `: ${reason}` : '';
  if (!read) return failed(`ZAP left no report (exit ${result.exitCode})${because}`, coverage);
  if (urls === 0 || (urls === null && facts?.executed === 0 && read.results === 0)) {
    return failed(`ZAP reached no page of the target${because}`, coverage);
  }
  const gaps = [
    ...(read.partial
      ? [`the report is incomplete: ${read.problem ?? 'something is missing'}`]
      : []),
    ...(result.exitCode === 0 ? [] : [`ZAP ended with code ${result.exitCode}${because}`]),
    ...(urls === null ? ['ZAP did not report how many pages it reached'] : []),
    ...coverage.skipped.map(({ what, why }) => `${what}: ${why}`),
  ];
  return verdictOfGaps(gaps, coverage);
}

/** How many addresses were found and scanned; null if not printed. */
function urlsIn(stdout: string): number | null {
  const counts = [
    ...stdout.matchAll(
      /\bJob (?:spider|spiderAjax|openapi|soap|graphql) (?:found|added) (\d+) URLs?/gi,
    ),
    ...stdout.matchAll(/^Total of (\d+) URLs/gim),
  ].map((match) => Number(match[1]));
  if (counts.length > 0) return Math.max(...counts);
  return /No URLs found/i.test(stdout) ? 0 : null;
}
