import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  ImportTarget,
  type ReportImport,
  type StatedCoverage,
} from '../../../contract/security-scans.js';
import { noneBySeverity } from '../../../contract/severity.js';
import type { SecurityScans } from '../../modules/security-scans/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { AppError } from '../../platform/errors.js';
import { maskFileName } from '../../scanners/secrets/file-name.js';
import { maskSecrets } from '../../scanners/secrets/mask-secrets.js';
import { REPORT_FILES } from '../../scanners/tools/described-formats.js';
import { filterByAccounts, openBySeverity } from '../open-findings.js';
import { importLines } from '../output/posture-tables.js';
import { importProgress } from '../output/progress.js';
import { addGateOptions, asksForScore, exitCodeOf, type GateOptions } from '../report-gate.js';
import type { Shell } from '../shell.js';
import { type Work, withCore } from '../with-core.js';
import { addImportRecords } from './import-records.js';

interface Options extends GateOptions, CoverageOptions {
  json?: boolean;
  target?: string;
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
    .option('--json', 'print one JSON document')
    .action(async (files: string[], options: Options) => {
      const judged = await withCore(shell, (core) => importAndJudge(shell, core, files, options), {
        bulk: true,
      });
      if (options.json) shell.printJson({ imports: judged.imports });
      else for (const item of judged.imports) shell.print(importLines(item));
      shell.exitCode = exitCodeOf(shell, judged, options);
    });
}

async function importAndJudge(
  shell: Shell,
  { scans, compliance }: Work,
  files: readonly string[],
  options: Options,
) {
  const imports = await importFiles(shell, scans, files, options);
  const filter = filterByAccounts(imports.flatMap(({ accounts }) => accounts));
  const open = options.failOn && filter ? await openBySeverity(scans, filter) : noneBySeverity();
  const frameworks = asksForScore(options)
    ? await compliance.posture.frameworks(localOperator)
    : [];
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
  scans: SecurityScans,
  files: readonly string[],
  options: CoverageOptions & { target?: string } = {},
): Promise<ReportImport[]> {
  const imports: ReportImport[] = [];
  for (const file of files) {
    const bar = importProgress(shell, file);
    const fileName = maskFileName(file);
    try {
      const path = shell.io.path(file);
      const { teamId: _, ...item } = await scans.imports.importFile(localOperator, path, {
        ...{ onProgress: bar.show, target: options.target, coverage: coverageOf(options) },
      });
      imports.push({ ...item, fileName });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      imports.push(failedImport(fileName, maskSecrets(error.message)));
    } finally {
      bar.stop();
    }
  }
  return imports;
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
