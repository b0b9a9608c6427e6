import type { Command } from 'commander';
import type { ReportImport } from '../../../contract/security-scans.js';
import type { SecurityScans } from '../../modules/security-scans/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { AppError } from '../../platform/errors.js';
import { REPORT_FILES } from '../../scanners/tools/described-formats.js';
import { EXIT } from '../exit-codes.js';
import { importLines } from '../output/posture-tables.js';
import { importProgress } from '../output/progress.js';
import type { Shell } from '../shell.js';
import { withCore } from '../with-core.js';

export function addImport(command: Command, shell: Shell): void {
  command
    .argument('<file...>', REPORT_FILES)
    .option('--json', 'print one JSON document')
    .action(async (files: string[], { json }: { json?: boolean }) => {
      const imports = await withCore(shell, ({ scans }) => importFiles(shell, scans, files), {
        bulk: true,
      });
      if (json) shell.printJson({ imports });
      else for (const item of imports) shell.print(importLines(item));
      if (imports.some(({ status }) => status === 'failed')) shell.exitCode = EXIT.failed;
    });
}

/** Imports files in sequence; one that cannot be read fails without stopping the others. */
export async function importFiles(
  shell: Shell,
  scans: SecurityScans,
  files: readonly string[],
): Promise<ReportImport[]> {
  const imports: ReportImport[] = [];
  for (const file of files) {
    const bar = importProgress(shell, file);
    try {
      const { teamId: _, ...item } = await scans.imports.importFile(
        localOperator,
        shell.io.path(file),
        bar.show,
      );
      imports.push({ ...item, fileName: file });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      imports.push(failedImport(file, error.message));
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
    identical: false,
    partial: false,
    problem,
    createdAt: now,
    finishedAt: now,
  };
}
