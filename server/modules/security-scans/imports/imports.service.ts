import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { StatedCoverage } from '../../../../contract/security-scans.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Upload } from '../../../platform/http/http-api.js';
import { logContext } from '../../../platform/log/log-context.js';
import { wholePart } from '../../../scanners/rows/row-texts.js';
import { maskFileName } from '../../../scanners/secrets/file-name.js';
import type { ImportRuns } from './import-runs.js';
import type { ImportOptions } from './import-work.js';
import type { ImportJobs } from './imports.jobs.js';
import type { ImportsRepository, StoredImport } from './imports.repository.js';
import { READER_VERSION } from './run-import.js';

export interface ImportsDeps {
  imports: ImportsRepository;
  runs: ImportRuns;
  jobs: Pick<ImportJobs, 'request'>;
  /** Uploads wait here until they are imported. */
  incoming: Pick<BlobStore, 'add' | 'remove'>;
  clock: Clock;
  newId: NewId;
}

/** `scanId`: of the scan that made the report. */
type NamedImport = Pick<StoredImport, 'id' | 'fileName' | 'scanId' | 'target'> & {
  coverage?: StatedCoverage | null;
};

/** Of a local file whose process stalls again and again. */
const MAX_ATTEMPTS = 3;

/** Imports scanner reports: uploads as jobs, local files in this process. */
export class ImportsService {
  constructor(private readonly deps: ImportsDeps) {}

  /** Stores an upload, which a worker imports in its turn; returns as soon as the file is stored. */
  async receive(
    actor: Actor,
    upload: Upload,
    { target, coverage = null }: Pick<NamedImport, 'target' | 'coverage'> = {},
  ): Promise<StoredImport> {
    const { imports, incoming, jobs, newId } = this.deps;
    const id = newId('imp');
    const { fileName } = upload;
    try {
      const { sizeBytes } = await incoming.add(id, whole(upload));
      const named = { id, fileName, target, coverage };
      const item = this.#newImport(actor, named, { sizeBytes, uploaded: true, runner: null });
      await imports.add(actor, { ...item, requestId: logContext().requestId });
      // Without the queue it waits until some process looks for waiting uploads.
      await jobs.request(actor).catch(() => {});
      return item;
    } catch (error) {
      await incoming.remove(id).catch(() => {}); // the first error counts
      throw error;
    }
  }

  /**
   * Imports a local file and waits until it is done. The file is not deleted. When this process stalls and others
   * give the import up, it begins again.
   */
  async importFile(
    actor: Actor,
    path: string,
    { scanId, target, ...options }: ImportOptions & Pick<NamedImport, 'scanId' | 'target'> = {},
  ): Promise<StoredImport> {
    const { runs, newId } = this.deps;
    const sizeBytes = await sizeOf(path);
    for (let attempt = 1; ; attempt += 1) {
      const { coverage = null } = options;
      const fileName = maskFileName(basename(path));
      const named = { id: newId('imp'), fileName, scanId, target, coverage };
      const own = { sizeBytes, uploaded: false, runner: runs.runner };
      const item = this.#newImport(actor, named, own);
      await runs.add(actor, item);
      const ended = await runs.runToEnd(item, path, options);
      if (!ended.wasInterrupted || attempt === MAX_ATTEMPTS) return ended;
    }
  }

  async get(scope: TeamScope, importId: string): Promise<StoredImport> {
    const item = await this.deps.imports.get(scope, importId);
    if (!item) throw new NotFoundError('no such import', { importId });
    return item;
  }

  list(actor: Actor, limit: number, cursor?: string) {
    return this.deps.imports.page(actor, limit, cursor);
  }

  #newImport(
    actor: Actor,
    { id, fileName, scanId = null, target = null, coverage = null }: NamedImport,
    file: Pick<StoredImport, 'sizeBytes' | 'uploaded' | 'runner'>,
  ): StoredImport {
    return {
      id,
      teamId: actor.teamId,
      actor: actor.userId,
      readerVersion: READER_VERSION,
      ...file,
      fileName: fileName.slice(-255),
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
      coverage,
      identical: false,
      partial: false,
      problem: null,
      scanId,
      target: target === null ? null : wholePart(target),
      createdAt: this.deps.clock.now().toISOString(),
      finishedAt: null,
    };
  }
}

/** The content of an upload; fails at its end when it is larger than allowed. */
async function* whole({ stream, fileName, isTruncated }: Upload): AsyncIterable<Uint8Array> {
  yield* stream;
  if (isTruncated())
    throw new InvalidInputError(
      `${fileName} is larger than this server accepts (MAX_UPLOAD_BYTES)`,
    );
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new InvalidInputError(`${path}: ${why}`, {}, { cause });
  });
  if (!info.isFile()) throw new InvalidInputError(`${path}: is a folder; name a report file in it`);
  return info.size;
}
