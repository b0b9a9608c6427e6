import type { ReadOutcome, ReportFacts, ReportRow } from '../../rows/report.js';
import { endedEarly, failed, reasonIn, verdictOfGaps } from '../../runs/judging.js';
import type { Coverage, RunResult, ScanVerdict, ToolRun } from '../../runs/tool-run.js';
import type { NmapFacts } from './nmap.read.js';

export interface NmapJudged {
  run: ToolRun;
  result: RunResult;
  read: (ReadOutcome & { facts?: ReportFacts | NmapFacts }) | null;
  rows: readonly Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: ReadonlySet<string>;
}

/** Code 0 also means that no host was up or every target was invalid, so the report decides. */
export function judgeNmap({ run, result, read }: NmapJudged): ScanVerdict {
  const facts = read?.facts && 'hosts' in read.facts ? read.facts : null;
  const expected = run.args.length - run.args.indexOf('--') - 1;
  const coverage: Coverage = {
    unit: 'hosts',
    expected,
    executed: facts?.hosts?.total ?? null,
    evidenced: facts?.executed ?? 0,
    missing: [],
    skipped: [...(facts?.skipped ?? [])],
    toolVersion: read?.toolVersion ?? facts?.toolVersion ?? null,
    databases: [],
  };
  const early = endedEarly(result);
  if (early) return { ...early, coverage };
  const reason =
    facts?.errorMessage || reasonIn(result.stderr, /QUITTING|failed|Failed|ERROR|error/);
  const because = reason ? `: ${reason}` : '';
  if (result.exitCode !== 0)
    return failed(`Nmap failed (exit ${result.exitCode})${because}`, coverage);
  if (!read) return failed(`Nmap wrote no readable report${because}`, coverage);
  if (!facts) {
    return verdictOfGaps(['the report does not state how the run of Nmap ended'], coverage);
  }
  if (facts.completed === false) return failed(`Nmap broke off${because}`, coverage);
  if (facts.hosts?.total === 0) {
    return failed(
      'Nmap scanned no host: the target is invalid or its name has no address',
      coverage,
    );
  }
  const gaps = [
    ...(read.partial
      ? [`the report is incomplete: ${read.problem ?? 'something is missing'}`]
      : []),
    ...(facts.completed === null ? ['the report does not state that the scan ended'] : []),
    ...(facts.hosts === null ? ['the report does not state how many hosts were scanned'] : []),
    ...((facts.hosts?.total ?? expected) < expected
      ? [`${expected - (facts.hosts?.total ?? 0)} of ${expected} hosts were not scanned`]
      : []),
    ...((facts.hosts?.down ?? 0) > 0 && facts.skipped.length === 0
      ? [`${facts.hosts?.down} hosts did not answer`]
      : []),
    ...coverage.skipped.map(({ what, why }) => `${what}: ${why}`),
  ];
  return verdictOfGaps(gaps, coverage);
}
