import { listFrameworks } from '../../../contract/compliance.js';
import type { ScanRun } from '../../../contract/orchestration.js';
import {
  atLeast,
  SEVERITIES,
  type Severity,
  type SeverityCounts,
} from '../../../contract/severity.js';
import { ConflictError, InvalidInputError } from '../../platform/errors.js';
import { EXIT } from '../exit-codes.js';
import { portLines } from '../output/ports-table.js';
import { scanSummary, severities } from '../output/scan-summary.js';
import { bold, count, dim, red, yellow } from '../output/style.js';
import type { Api } from '../remote/api.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
import { type Followed, followScan } from './follow-scan.js';
import { portsOf } from './ports-of-scan.js';
import { effectsOf } from './scan-effects.js';
import type { RunOptions } from './scan-options.js';

/** Starts a scan, follows it and prints its summary. Sets the exit code. */
export async function runScan(
  shell: Shell,
  api: Api,
  begin: () => Promise<ScanRun>,
  options: RunOptions,
): Promise<void> {
  const { items: before } = await api.call(listFrameworks);
  const begun = await begin().catch((error: unknown) => {
    throw better(error);
  });
  if (options.detach) return detached(shell, api, begun, options);
  const followed = await followScan(shell, api, begun.id);
  const effects = await effectsOf(api, followed.scan, before);
  const openPorts = await portsOf(api, followed.scan);
  const isRefused = refuses(options, effects.open);
  if (options.json) {
    const { failOn = null } = options;
    shell.printJson({
      scan: followed.scan,
      ...effects,
      ...(openPorts.length > 0 ? { openPorts } : {}),
      gate: failOn && { failOn, passed: !isRefused },
    });
  } else {
    const summary = scanSummary(followed.scan, effects, shell.width);
    shell.print([summary, ...portLines(openPorts, shell.width)].join('\n'));
  }
  shell.exitCode = exitCodeOf(followed, options, isRefused);
  if (isRefused && effects.open && options.failOn) {
    const bad = severities(atLeastOf(effects.open, options.failOn));
    shell.note(`${red('gate:')} open findings at ${options.failOn} or higher: ${bold(bad)}`);
  }
}

async function detached(
  shell: Shell,
  api: Api,
  scan: ScanRun,
  { json }: RunOptions,
): Promise<void> {
  const workers = await api.workers();
  if (json) return shell.printJson({ scan, workers });
  shell.print(scan.id);
  const where =
    workers !== 0
      ? dim(`queued for ${queueOf(workers)}: cspm scan follow ${scan.id}`)
      : yellow(
          `queued, but no worker is running on this store: start “cspm serve” or “cspm worker”, or run it here: cspm scan follow ${scan.id}`,
        );
  shell.note(where);
}

function queueOf(workers: number | null): string {
  return workers === null ? 'the server' : count(workers, 'worker');
}

/** Adds a hint to known errors of the services. */
function better(error: unknown): unknown {
  if (error instanceof ConflictError && typeof error.details.scanId === 'string') {
    const { scanId } = error.details;
    const hint = `cspm scan follow ${scanId} shows it, cspm scan cancel ${scanId} stops it`;
    return new ConflictError(`${error.message}; ${hint}`, error.details, { cause: error });
  }
  if (!(error instanceof InvalidInputError)) return error;
  const isForeign = /\bdeclare\b|private network/.test(error.message);
  const hint = isForeign
    ? '\nIf it is yours, declare it once: cspm targets own add <host or range>, or repeat this command with --own.'
    : '';
  return usageError(`${error.message}${hint}`, error);
}

function refuses({ failOn }: RunOptions, open: SeverityCounts | null): boolean {
  return failOn !== undefined && open !== null && severities(atLeastOf(open, failOn)) !== '';
}

function atLeastOf(open: SeverityCounts, failOn: Severity): SeverityCounts {
  const counts = { ...open };
  for (const severity of SEVERITIES) if (!atLeast(severity, failOn)) counts[severity] = 0;
  return counts;
}

/** A failed gate takes precedence over a partial scan, unless the scan failed or was cancelled. */
export function exitCodeOf(
  { scan: { status }, signalCode }: Followed,
  { allowPartial }: Pick<RunOptions, 'allowPartial'>,
  isRefused: boolean,
): number {
  if (signalCode !== null) return signalCode;
  if (status === 'failed' || status === 'cancelled') return EXIT.failed;
  if (isRefused) return EXIT.gate;
  return status === 'completed' || allowPartial ? EXIT.ok : EXIT.failed;
}
