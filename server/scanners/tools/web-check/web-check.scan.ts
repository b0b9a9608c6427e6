import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../platform/clock.js';
import type { BuiltInScanner } from '../../runs/scanner.js';
import type { Coverage, RunResult, ScanVerdict } from '../../runs/tool-run.js';
import type { Lookup } from '../../targets/allowed-addresses.js';
import { parseWebUrl } from '../../targets/index.js';
import { checkSite, type SiteFound } from './check-site.js';
import { WEB_CHECK_REPORT, WEB_CHECK_VERSION, webCheckReport } from './web-check.report.js';
import { WEB_CHECKS } from './web-checks.js';

export { checkSite } from './check-site.js';
export { WEB_CHECKS } from './web-checks.js';

export interface WebCheckSettings {
  clock?: Clock;
  resolve?: Lookup;
  ca?: string;
  httpPort?: number;
}

const TIMEOUT_MS = 120_000;

/** The check of a web site without an external tool: headers, cookies, redirect, certificate, TLS versions. */
export function createWebCheck(settings: WebCheckSettings = {}): BuiltInScanner {
  const { clock = systemClock, ...more } = settings;
  return {
    id: 'web-check',
    title: 'Built-in web check',
    about: 'Headers, cookies, redirects and TLS of web sites',
    reports: [WEB_CHECK_REPORT],
    perform: async ({ target }, { declared, addresses }, { outputFolder, signal, onLine }) => {
      if (target.kind !== 'web') return ended('not_started', 'this check scans web addresses only');
      const url = parseWebUrl(target.url);
      const late = AbortSignal.timeout(TIMEOUT_MS);
      try {
        const stop = AbortSignal.any([signal, late]);
        const parts = { declared, addresses, signal: stop, onLine, clock, ...more };
        const found = await checkSite(url, parts);
        if (found.results.length > 0 && !found.unreachable) {
          const report = webCheckReport(url, found.results, clock.now());
          await writeFile(join(outputFolder, WEB_CHECK_REPORT), report, { mode: 0o600 });
        }
        return { ...ended('exited', null), exitCode: 0, stdout: JSON.stringify(summaryOf(found)) };
      } catch (error) {
        if (signal.aborted) return ended('cancelled', null);
        if (late.aborted) return ended('timed_out', 'the site took longer than two minutes');
        throw error;
      }
    },
    judge: ({ read, result }) => judge(read?.results ?? 0, result),
  };
}

export const webCheck = createWebCheck();

type Summary = Pick<SiteFound, 'skipped' | 'unreachable'> & { checks: string[] };

function summaryOf({ skipped, unreachable, results }: SiteFound): Summary {
  const judged = results.filter(({ verdict }) => verdict !== 'not_evaluated');
  return { skipped, unreachable, checks: [...new Set(judged.map(({ check }) => check))] };
}

function judge(rows: number, { ended: how, problem, stdout }: RunResult): ScanVerdict {
  const summary: Summary =
    how === 'exited' ? JSON.parse(stdout) : { skipped: [], unreachable: problem, checks: [] };
  const coverage: Coverage = {
    unit: 'checks',
    expected: Object.keys(WEB_CHECKS).length,
    executed: summary.checks.length,
    evidenced: summary.checks.length,
    // Cookies are judged if there are any; having none is no gap.
    missing: Object.keys(WEB_CHECKS).filter(
      (check) => !summary.checks.includes(check) && !check.startsWith('cookie-'),
    ),
    skipped: summary.skipped,
    toolVersion: WEB_CHECK_VERSION,
    databases: [],
  };
  if (how === 'cancelled') return { outcome: 'cancelled', problem: null, coverage };
  if (how === 'timed_out') return { outcome: 'timed_out', problem, coverage };
  if (how !== 'exited' || summary.unreachable !== null) {
    return { outcome: 'failed', problem: summary.unreachable ?? problem, coverage };
  }
  if (rows === 0) return { outcome: 'failed', problem: 'the report could not be read', coverage };
  // Closed plain HTTP is as it should be.
  const gaps = summary.skipped.filter(({ what }) => what !== 'redirect');
  const [first] = gaps;
  if (!first) return { outcome: 'succeeded', problem: null, coverage };
  const problemOfGap = `${first.what} were not judged: ${first.why}`;
  return { outcome: 'succeeded_with_gaps', problem: problemOfGap, coverage };
}

function ended(how: RunResult['ended'], problem: string | null) {
  return { exitCode: null, ended: how, problem, stdout: '', stderr: '' };
}
