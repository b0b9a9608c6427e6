import { type Command, InvalidArgumentError, Option } from 'commander';
import { listFrameworks } from '../../../contract/compliance.js';
import {
  ImportTarget,
  type ReportImport,
  type StatedCoverage,
} from '../../../contract/security-scans.js';
import { noneBySeverity } from '../../../contract/severity.js';
import { AppError } from '../../platform/errors.js';
import { maskFileName } from '../../scanners/secrets/file-name.js';
import { maskSecrets } from '../../scanners/secrets/mask-secrets.js';
import { REPORT_FILES } from '../../scanners/tools/described-formats.js';
import { filterByAccounts, openBySeverity } from '../open-findings.js';
import { importLines } from '../output/posture-tables.js';
import { importProgress } from '../output/progress.js';
import type { Api } from '../remote/api.js';
import { withApi } from '../remote/with-api.js';
import { addGateOptions, asksForScore, exitCodeOf, type GateOptions } from '../report-gate.js';
import type { Shell } from '../shell.js';
import { addImportRecords } from './import-records.js';

interface ImportFileOptions extends CoverageOptions {
  target?: string;
  /** Minutes. */
  timeout?: number;
}

interface Options extends GateOptions, ImportFileOptions {
  json?: boolean;
}

export interface CoverageOptions {
  complete?: boolean;
  partial?: boolean;
}

/** Whether a report is whole: the caller may know it, the report does not state it. */
export function addCoverageOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--complete',
        'the reports are whole: findings that they lack are resolved',
      ).conflicts('partial'),
    )
    .option('--partial', 'the reports show a part only: findings that they lack become stale');
}

function coverageOf({ complete, partial }: CoverageOptions): StatedCoverage | undefined {
  if (complete) return 'complete';
  return partial ? 'partial' : undefined;
}

export function addImport(command: Command, shell: Shell): void {
  addImportRecords(command, shell);
  addCoverageOptions(command);
  addGateOptions(command, 'an account in the reports has an open finding, old or new,')
    .argument('<file...>', REPORT_FILES)
    .option('--target <name>', TARGET_HELP, targetFrom)
    .option(
      '--timeout <minutes>',
      'with a server: how long to wait until it has imported a report (default: 30)',
      minutesFrom,
    )
    .option('--json', 'print one JSON document')
    .action(async (files: string[], options: Options) => {
      const judged = await withApi(shell, (api) => importAndJudge(shell, api, files, options), {
        bulk: true,
      });
      if (options.json) shell.printJson({ imports: judged.imports });
      else for (const item of judged.imports) shell.print(importLines(item));
      shell.exitCode = exitCodeOf(shell, judged, options);
    });
}

async function importAndJudge(shell: Shell, api: Api, files: readonly string[], options: Options) {
  const imports = await importFiles(shell, api, files, options);
  const filter = filterByAccounts(imports.flatMap(({ accounts }) => accounts));
  const open = options.failOn && filter ? await openBySeverity(api, filter) : noneBySeverity();
  const frameworks = asksForScore(options) ? (await api.call(listFrameworks)).items : [];
  return { imports, open, frameworks };
}

export const TARGET_HELP =
  'what was scanned, where the reports do not say it: a repository, a cluster, an application';

export function targetFrom(text: string): string {
  const parsed = ImportTarget.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('must have 1 to 300 characters');
}

/** Imports files in sequence; one that cannot be read fails without stopping the others. */
export async function importFiles(
  shell: Shell,
  api: Api,
  files: readonly string[],
  options: ImportFileOptions = {},
): Promise<ReportImport[]> {
  const imports: ReportImport[] = [];
  for (const file of files) {
    const bar = importProgress(shell, file);
    const fileName = maskFileName(file);
    try {
      const path = shell.io.path(file);
      const item = await api.importReport(path, {
        ...{ onProgress: bar.show, target: options.target, coverage: coverageOf(options) },
        timeoutMs: options.timeout && options.timeout * 60_000,
      });
      imports.push({ ...item, fileName });
    } catch (error) {
      if (!(error instanceof AppError) || isAboutServer(error)) throw error;
      imports.push(failedImport(fileName, maskSecrets(error.message)));
    } finally {
      bar.stop();
    }
  }
  return imports;
}

/** No other file would fare better. */
function isAboutServer({ status }: AppError): boolean {
  return status === 401 || status === 403;
}

function minutesFrom(text: string): number {
  const minutes = Number(text);
  if (minutes > 0 && minutes <= 24 * 60) return minutes;
  throw new InvalidArgumentError('give minutes, at most 1440');
}

function failedImport(fileName: string, problem: string): ReportImport {
  const now = new Date().toISOString();
  return {
    id: '',
    fileName,
    sizeBytes: 0,
    sha256: null,
    status: 'failed',
    progress: 1,
    tool: null,
    format: null,
    toolVersion: null,
    results: 0,
    counts: { pass: 0, fail: 0, manual: 0, muted: 0, error: 0 },
    findings: { opened: 0, reopened: 0, resolved: 0, unchanged: 0, stale: 0 },
    accounts: [],
    coverage: null,
    identical: false,
    partial: false,
    problem,
    createdAt: now,
    finishedAt: now,
  };
}
