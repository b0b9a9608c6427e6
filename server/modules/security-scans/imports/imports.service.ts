import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImportStatus } from '../../../../contract/security-scans.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { AppError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import type { Upload } from '../../../platform/http/http-api.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import { toolFamily } from '../../../scanners/report.js';
import type { FindingsService } from '../findings/findings.service.js';
import { importCompleted } from '../security-scans.events.js';
import {
  type AssessReport,
  hashFile,
  type ImportRun,
  type ImportRunParts,
  READER_VERSION,
  runImport,
} from './import-run.js';
import { sameAgain, summaryOf } from './import-summary.js';
import type { ImportsRepository, StoredImport } from './imports.repository.js';

export interface ImportsDeps {
  imports: ImportsRepository;
  run: ImportRunParts;
  findings: Pick<FindingsService, 'expireTriage'>;
  /** Uploads wait here until they are imported. */
  incomingFolder: string;
  audit: Audit;
  events: Events;
  metrics: Metrics;
  clock: Clock;
  newId: NewId;
  log: Logger;
}

interface ImportFileOptions {
  onProgress?: (item: Pick<StoredImport, 'status' | 'progress'>) => void;
  /** Asked by who ran the scan that made the report. */
  assess?: AssessReport;
}

const PROGRESS_EVERY_MS = 250;

/** Scanner reports brought in: one after the other, each to an end. */
export class ImportsService {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: ImportsDeps) {}

  /** Takes an upload in and imports it in its turn; answers as soon as the file is here. */
  async receive(actor: Actor, upload: Upload): Promise<StoredImport> {
    const { incomingFolder, imports, newId } = this.deps;
    const id = newId('imp');
    const path = this.#incoming(id);
    await mkdir(incomingFolder, { recursive: true, mode: 0o700 });
    try {
      await pipeline(upload.stream, createWriteStream(path, { mode: 0o600 }));
      if (upload.isTruncated())
        throw new InvalidInputError(
          `${upload.fileName} is larger than this server accepts (MAX_UPLOAD_BYTES)`,
        );
      const item = await this.#newImport(actor, id, path, upload.fileName);
      await imports.add(actor, item);
      this.#enqueue(item, path).catch(() => {});
      return item;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Imports a file of this machine and ends when it is done. The file stays. */
  async importFile(
    actor: Actor,
    path: string,
    onProgress?: ImportFileOptions['onProgress'],
    assess?: AssessReport,
  ): Promise<StoredImport> {
    const item = await this.#newImport(actor, this.deps.newId('imp'), path, basename(path));
    await this.deps.imports.add(actor, item);
    return this.#enqueue(item, path, { onProgress, assess });
  }

  async get(scope: TeamScope, importId: string): Promise<StoredImport> {
    const item = await this.deps.imports.get(scope, importId);
    if (!item) throw new NotFoundError('no such import', { importId });
    return item;
  }

  list(actor: Actor, limit: number, cursor?: string) {
    return this.deps.imports.page(actor, limit, cursor);
  }

  /** Takes up what an earlier process left unfinished; what cannot be taken up ends as failed. */
  async resume(): Promise<void> {
    for (const item of await this.deps.imports.unfinished()) {
      const path = this.#incoming(item.id);
      const isHere = await stat(path).then(
        () => true,
        () => false,
      );
      if (isHere) this.#enqueue(item, path).catch(() => {});
      else await this.#fail(item, 'the program ended while this import ran; import the file again');
    }
  }

  /** Ends when every import that was begun has ended. */
  async drain(): Promise<void> {
    await this.#last.catch(() => {});
  }

  #enqueue(
    item: StoredImport,
    path: string,
    options: ImportFileOptions = {},
  ): Promise<StoredImport> {
    const turn = this.#last.catch(() => {}).then(() => this.#process(item, path, options));
    this.#last = turn;
    return turn;
  }

  async #process(
    item: StoredImport,
    path: string,
    { onProgress, assess }: ImportFileOptions,
  ): Promise<StoredImport> {
    const { clock, imports, run, findings, metrics, log } = this.deps;
    const startedMs = clock.now().getTime();
    const tell = throttled(async (status: ImportStatus, progress: number) => {
      onProgress?.({ status, progress });
      await imports.update(item, item.id, { status, progress });
    });
    try {
      const sha256 = await hashFile(path);
      // Who assesses a report may find it less whole than its twin.
      const twin = assess ? null : await this.#identicalTo(item, sha256);
      if (twin) return await this.#finish(item, sameAgain(twin));
      // What has run out by now does not hold against this report, and leaves its trace.
      await findings.expireTriage(item);
      const done = await runImport(run, {
        team: item,
        importId: item.id,
        path,
        fileName: item.fileName,
        sha256,
        sizeBytes: item.sizeBytes,
        now: clock.now().toISOString(),
        assess,
        onProgress: (phase, share) =>
          tell(phase, phase === 'reading' ? share * 0.7 : 0.7 + share * 0.3),
      });
      await tell.settled();
      this.#count(done, (clock.now().getTime() - startedMs) / 1000);
      // Before it is said to be done, so that who sees it done sees what follows from it too, and so that
      // a process that dies in between is taken up again.
      await this.deps.events.emit(importCompleted, {
        teamId: item.teamId,
        importId: item.id,
        checkIds: done.checkIds,
      });
      return await this.#finish(item, { sha256, ...summaryOf(done) });
    } catch (error) {
      await tell.settled();
      metrics.importEnded('unknown', 'failed', (clock.now().getTime() - startedMs) / 1000);
      if (!(error instanceof AppError))
        log.error({ err: error, importId: item.id }, 'import failed');
      const problem =
        error instanceof AppError
          ? error.message
          : 'an internal error ended the import; nothing it had not stored was kept. The log has the details.';
      return await this.#fail(item, problem);
    } finally {
      if (path === this.#incoming(item.id)) await rm(path, { force: true });
    }
  }

  async #newImport(
    actor: Actor,
    id: string,
    path: string,
    fileName: string,
  ): Promise<StoredImport> {
    const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
      throw new InvalidInputError(`${path}: ${why}`, {}, { cause });
    });
    if (!info.isFile())
      throw new InvalidInputError(`${path}: this is a folder; name the report file in it`);
    return {
      id,
      teamId: actor.teamId,
      actor: actor.userId,
      readerVersion: READER_VERSION,
      fileName: fileName.slice(-255),
      sizeBytes: info.size,
      sha256: null,
      status: 'queued',
      progress: 0,
      tool: null,
      format: null,
      toolVersion: null,
      results: 0,
      counts: { pass: 0, fail: 0, manual: 0, muted: 0, error: 0 },
      findings: { opened: 0, reopened: 0, resolved: 0, unchanged: 0, stale: 0 },
      accounts: [],
      identical: false,
      partial: false,
      problem: null,
      createdAt: this.deps.clock.now().toISOString(),
      finishedAt: null,
    };
  }

  /** The last import that was stored, if it was of these very bytes: then there is nothing to do. */
  async #identicalTo(item: StoredImport, sha256: string): Promise<StoredImport | null> {
    const last = await this.deps.imports.lastDone(item);
    return last?.sha256 === sha256 && last.readerVersion === READER_VERSION ? last : null;
  }

  async #finish(item: StoredImport, summary: Partial<StoredImport>): Promise<StoredImport> {
    const { imports, clock, audit } = this.deps;
    const set = { ...summary, progress: 1, finishedAt: clock.now().toISOString() };
    await imports.update(item, item.id, set);
    await audit.record({ teamId: item.teamId, userId: item.actor }, 'import.completed', item.id, {
      fileName: item.fileName,
      sha256: summary.sha256,
      status: summary.status,
    });
    return { ...item, ...set };
  }

  async #fail(item: StoredImport, problem: string): Promise<StoredImport> {
    const { imports, clock, audit } = this.deps;
    const set = {
      status: 'failed' as const,
      problem,
      progress: 1,
      finishedAt: clock.now().toISOString(),
    };
    await imports.update(item, item.id, set);
    await audit.record({ teamId: item.teamId, userId: item.actor }, 'import.failed', item.id, {
      problem,
    });
    return { ...item, ...set };
  }

  #count({ outcome, survey, findings }: ImportRun, seconds: number): void {
    const { metrics } = this.deps;
    // By family: names that a report states would be labels without end.
    const tool = toolFamily(outcome.format);
    metrics.importEnded(tool, outcome.partial ? 'partial' : 'completed', seconds);
    for (const [verdict, count] of Object.entries(survey.counts)) {
      metrics.resultsIngested(tool, verdict, count);
    }
    for (const [change, count] of Object.entries(findings)) {
      metrics.findingsChanged(tool, change, count);
    }
  }

  #incoming(importId: string): string {
    return join(this.deps.incomingFolder, importId);
  }
}

/** Calls at most every quarter of a second, one after the other; `settled` waits for the last. */
function throttled(call: (status: ImportStatus, progress: number) => Promise<void>) {
  let lastMs = 0;
  let running: Promise<void> = Promise.resolve();
  const tell = (status: ImportStatus, progress: number): void => {
    const nowMs = performance.now();
    if (nowMs - lastMs < PROGRESS_EVERY_MS) return;
    lastMs = nowMs;
    running = running.then(() => call(status, progress)).catch(() => {});
  };
  return Object.assign(tell, { settled: () => running });
}
