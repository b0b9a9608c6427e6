import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingChanges } from '../../../../contract/security-scans.js';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { maskedStream } from '../../../scanners/masked-stream.js';
import { readReport } from '../../../scanners/read-report.js';
import type { ReadOutcome, ReportRow } from '../../../scanners/report.js';
import { type ApplyParts, applyReport } from './apply-report.js';
import { judgeScopes } from './judge-scopes.js';
import { ReportSurvey } from './report-survey.js';
import { RowSpool } from './row-spool.js';

/** Goes up whenever reading or deciding changes, so that the same bytes are looked at again. */
export const READER_VERSION = 1;

/** The only tool whose reports are read so far; its name is part of every identity. */
const TOOL = 'prowler';

export interface ImportRunParts extends ApplyParts {
  rawReports: BlobStore;
  /** Folder for what lives only as long as an import runs. */
  workFolder: string;
}

export interface FileToImport {
  team: TeamScope;
  importId: string;
  path: string;
  fileName: string;
  sha256: string;
  sizeBytes: number;
  now: string;
  onProgress: (status: 'reading' | 'applying', share: number) => void;
}

export interface ImportRun {
  outcome: ReadOutcome;
  survey: ReportSurvey;
  findings: FindingChanges;
  checkIds: string[];
}

/** Reads a report to its end, then stores it and judges what it lacks; its bytes are kept, masked. */
export async function runImport(parts: ImportRunParts, file: FileToImport): Promise<ImportRun> {
  await mkdir(parts.workFolder, { recursive: true, mode: 0o700 });
  const spool = new RowSpool(join(parts.workFolder, `${file.importId}.rows`));
  try {
    const survey = new ReportSurvey(TOOL, file.now);
    const outcome = await readReport(createReadStream(file.path, { highWaterMark: 256 * 1024 }), {
      fileName: file.fileName,
      onProgress: (bytes) => file.onProgress('reading', Math.min(1, bytes / (file.sizeBytes || 1))),
      onRows: (rows: ReportRow[]) =>
        spool.add(rows.map((row) => ({ identity: survey.add(row), row }))),
    });
    const report = {
      team: file.team,
      importId: file.importId,
      now: file.now,
      outcome,
      survey,
      spool,
      onProgress: (share: number) => file.onProgress('applying', share),
    };
    const [{ changes, seen }] = await Promise.all([
      applyReport(parts, report),
      parts.rawReports.put(file.sha256, maskedStream(createReadStream(file.path))),
    ]);
    const { gone, stale, checkIds } = await judgeScopes(parts, report, seen);
    const findings = { ...changes, resolved: changes.resolved + gone, stale };
    return { outcome, survey, findings, checkIds };
  } finally {
    await spool.remove();
  }
}

/** SHA-256 of a file, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
