import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingChanges, StatedCoverage } from '../../../../contract/security-scans.js';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import { asDiskOutage } from '../../../platform/outages/file-problem.js';
import type { Parsing } from '../../../platform/parsing/parsing.js';
import { requireEvidence } from '../../../scanners/readers/read-report.js';
import { maskedReportFile, readReportFile } from '../../../scanners/readers/report-file.js';
import { noFacts, noteHidden } from '../../../scanners/readers/report-reader.js';
import { cleanText } from '../../../scanners/rows/clean-text.js';
import type {
  Covers,
  Hidden,
  ReadOptions,
  ReadOutcome,
  ReportRow,
} from '../../../scanners/rows/report.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { ResultStores } from '../check-results/result-stores.js';
import type { OpenPortsService } from '../open-ports/open-ports.service.js';
import { PortSurvey } from '../open-ports/port-survey.js';
import type { ChangedChecks } from '../security-scans.events.js';
import { ChangeJournal } from '../undo/change-journal.js';
import type { ImportChangesRepository } from '../undo/import-changes.repository.js';
import { recordingStores } from '../undo/recording-stores.js';
import type { WholeReportsService } from '../whole-reports/whole-reports.service.js';
import { applyReport } from './apply-report.js';
import { withoutEmptyPass } from './empty-passes.rules.js';
import type { ImportsRepository } from './imports.repository.js';
import { judgeScopes } from './judge-scopes.js';
import { keepHeapSmall } from './keep-heap-small.js';
import { createNames } from './name-things.js';
import { contradictionNotes, rowNotes } from './report-notes.js';
import { placeKey, ReportSurvey } from './report-survey.js';
import { RowSpool } from './row-spool.js';
import { timeNotes } from './settle-times.js';

/** Increased whenever reading or deciding changes, so that the same bytes are imported again. */
export const READER_VERSION = 9;

export interface ImportRunParts {
  stores: ResultStores;
  changes: ImportChangesRepository;
  rawReports: BlobStore;
  wholeReports: Pick<WholeReportsService, 'of'>;
  /** Folder for temporary files of a running import. */
  workFolder: string;
  imports: Pick<ImportsRepository, 'get'>;
  openPorts: Pick<OpenPortsService, 'store'>;
  /** Where the report is read. */
  parsing: Parsing;
}

export interface FileToImport {
  team: TeamScope;
  importId: string;
  /** The scan that made it. */
  scanId: string | null;
  path: string;
  fileName: string;
  /** What was scanned, as the person who imports the report names it. */
  target: string | null;
  sha256: string;
  sizeBytes: number;
  now: string;
  /** The lease of the team's results: checked before each write. */
  lease: Pick<Lease, 'check'>;
  onProgress: (status: 'reading' | 'applying', share: number) => void;
  onFault?: ReadOptions['onFault'];
  /** Called before anything is stored, with the places that the report is about. */
  onApply: (places: readonly string[]) => Promise<void>;
  /** Called when it has changed too much for its changes to be recorded. */
  onTooLarge: () => Promise<void>;
  assess?: AssessReport;
  coverage: StatedCoverage | null;
}

/** The contents of a report, to compare with those expected of its scan. */
export interface ReportContents {
  read: ReadOutcome;
  rows: readonly Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: ReadonlySet<string>;
}

/**
 * Called by an import after a report is read and before anything is stored: whether the report is incomplete
 * although it looks complete. Absence is not judged by an incomplete report.
 *
 * `covers`: whether the scan would have shown a result, at a place that the report names, if it still existed;
 * a covered result that the report lacks is gone. Most reports do not state this: filters leave no trace.
 */
export type AssessReport = (contents: ReportContents) => {
  incomplete: boolean;
  problem: string | null;
  covers?: Covers;
  /** Errors outside of the report, each with the part whose results are therefore unknown. */
  hidden?: readonly Hidden[];
};

export interface ImportRun {
  outcome: ReadOutcome;
  survey: ReportSurvey;
  findings: FindingChanges;
  changes: ChangedChecks;
  /** Errors that the report states, each with what was therefore not looked at. */
  gaps: string[];
  /** What the report looks like where it is not as wide as before; null otherwise. */
  look: string | null;
  /** How unclear statements of the report were read. */
  notes: string[];
  /** See `StoredImport`. */
  keptAccounts: string[];
  isNameGuessed: boolean;
  /** False when it changed so much that what was stored before is not kept. */
  isRecorded: boolean;
}

/** Reads a report to its end, stores its results and judges absence; keeps the masked report. */
export async function runImport(parts: ImportRunParts, file: FileToImport): Promise<ImportRun> {
  await mkdir(parts.workFolder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw asDiskOutage(error);
  });
  // A name per attempt: a process that lost the import to another one still removes its rows.
  const spool = new RowSpool(join(parts.workFolder, `${file.importId}.${randomUUID()}.rows`));
  try {
    const survey = new ReportSurvey(file.now);
    const ports = new PortSurvey();
    const names = createNames(parts, file);
    const rows: ReportContents['rows'][number][] = [];
    const read = await readReportFile(parts.parsing, file.path, {
      fileName: file.fileName,
      onFault: file.onFault,
      onProgress: (bytes) => file.onProgress('reading', Math.min(1, bytes / (file.sizeBytes || 1))),
      onRows: async (batch: ReportRow[]) => {
        keepHeapSmall(file);
        if (file.assess) for (const { verdict, region } of batch) rows.push({ verdict, region });
        const named = await names.rows(batch);
        for (const row of named) ports.add(row);
        await spool.add(named.map((row) => ({ row: withoutEmptyPass(row), ...survey.add(row) })));
      },
    });
    const checkIds = new Set(survey.checks.keys());
    const assessed = file.assess?.({ read, rows, checkIds });
    requireEvidence(read, file.fileName);
    const outcome = asAssessed(read, assessed);
    survey.lookAt(await names.facts(outcome.facts));
    const report = {
      team: file.team,
      importId: file.importId,
      sizeBytes: file.sizeBytes,
      now: file.now,
      lease: file.lease,
      outcome,
      survey,
      spool,
      covers: assessed?.covers,
      isOurs: file.assess !== undefined,
      coverage: file.coverage,
      isAlwaysWhole: (await parts.wholeReports.of(file.team)).isWhole,
      onProgress: (share: number) => file.onProgress('applying', share),
    };
    const { team, importId, now, lease } = report;
    await file.onApply(survey.places.map(placeKey));
    const { onTooLarge, fileName } = file;
    const of = { team, importId, now, lease, onTooLarge };
    const journal = await ChangeJournal.open(parts.changes, of);
    const stores = recordingStores(parts.stores, journal);
    // Both have ended when this fails: nothing is written while its changes are undone.
    const [stored, kept] = await Promise.allSettled([
      applyReport(stores, report),
      parts.rawReports.put(
        file.sha256,
        maskedReportFile(parts.parsing, file.path, { fileName, format: read.format }),
      ),
    ]);
    if (stored.status === 'rejected') throw stored.reason;
    if (kept.status === 'rejected') throw kept.reason;
    const { changes, ...applied } = stored.value;
    keepHeapSmall(file);
    const judged = await judgeScopes(stores, report, applied);
    keepHeapSmall(file);
    await parts.openPorts.store(team, { importId, scanId: file.scanId, now, survey, ports });
    const findings = { ...changes, resolved: changes.resolved + judged.gone, stale: judged.stale };
    const isRecorded = !journal.isTooLarge;
    const { notes, keptAccounts, isNameGuessed } = names.outcome();
    return {
      ...{ outcome, survey, findings, changes: judged.changes, isRecorded },
      ...{
        notes: [
          ...notes,
          ...contradictionNotes(outcome),
          ...timeNotes(survey, applied.older),
          ...rowNotes(survey, judged.stale),
        ],
      },
      ...{ keptAccounts, isNameGuessed },
      ...{ gaps: gapsIn(outcome.facts), look: judged.look },
    };
  } finally {
    await spool.remove();
  }
}

const MAX_GAP = 300;

function gapsIn(facts: ReadOutcome['facts']): string[] {
  // Words of the tool, which may quote what it read.
  return (facts?.hidden ?? []).map(({ what, why }) =>
    maskSecrets(cleanText(`${what}: ${why}`, MAX_GAP)),
  );
}

function asAssessed(read: ReadOutcome, assessed?: ReturnType<AssessReport>): ReadOutcome {
  const facts = withHidden(read.facts, assessed?.hidden ?? []);
  const known = facts ? { ...read, facts } : read;
  if (!assessed?.incomplete) return known;
  return { ...known, partial: true, problem: read.problem ?? assessed.problem };
}

function withHidden(facts: ReadOutcome['facts'], hidden: readonly Hidden[]): ReadOutcome['facts'] {
  if (hidden.length === 0) return facts;
  const known = facts ?? noFacts();
  const all = { ...known, skipped: [...known.skipped], hidden: [...(known.hidden ?? [])] };
  for (const each of hidden) noteHidden(all, each);
  return all;
}

/** SHA-256 of a file, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  // A single buffer: a stream would create as much garbage as the report is large.
  const bytes = Buffer.allocUnsafeSlow(256 * 1024);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(bytes.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
