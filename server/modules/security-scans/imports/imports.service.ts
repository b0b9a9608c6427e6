import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { StatedCoverage } from '../../../../contract/security-scans.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Upload } from '../../../platform/http/http-api.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import { wholePart } from '../../../scanners/rows/row-texts.js';
import { maskFileName } from '../../../scanners/secrets/file-name.js';
import type { ImportLine } from './import-line.js';
import type { FinishImport } from './import-records.js';
import type { ImportOptions, ImportWork } from './import-work.js';
import type { ImportsRepository, StoredImport } from './imports.repository.js';
import { READER_VERSION } from './run-import.js';

export interface ImportsDeps {
  imports: ImportsRepository;
  work: ImportWork;
  line: ImportLine;
  /** Uploads wait here until they are imported. Other hosts only see them if the folder is shared. */
  incomingFolder: string;
  clock: Clock;
  newId: NewId;
}

/** `scanId`: of the scan that made the report. */
type NamedImport = Pick<StoredImport, 'id' | 'fileName' | 'scanId' | 'target'> & {
  coverage?: StatedCoverage | null;
};

/** How long an upload waits for its host to return before its import fails. */
const MAX_ABSENCE_MS = 7 * 86_400_000;
const REGAIN_EVERY_MS = 500;
/** Of a local file whose process stalls again and again. */
const MAX_ATTEMPTS = 3;

/** Imports scanner reports, one after the other, and brings each import to an end. */
export class ImportsService {
  constructor(private readonly deps: ImportsDeps) {}

  /** Stores an upload and imports it in its turn; returns as soon as the file is stored. */
  async receive(
    actor: Actor,
    upload: Upload,
    { target, coverage }: Pick<NamedImport, 'target'> & Pick<ImportOptions, 'coverage'> = {},
  ): Promise<StoredImport> {
    const { incomingFolder, newId } = this.deps;
    const id = newId('imp');
    const path = this.#incoming(id);
    await mkdir(incomingFolder, { recursive: true, mode: 0o700 });
    try {
      await pipeline(upload.stream, createWriteStream(path, { mode: 0o600 }));
      if (upload.isTruncated())
        throw new InvalidInputError(
          `${upload.fileName} is larger than this server accepts (MAX_UPLOAD_BYTES)`,
        );
      const named = { id, fileName: upload.fileName, target };
      const { item, done } = await this.#begin(actor, path, named, { coverage });
      done.catch(() => {}); // the import records its failure, or another process takes it over
      return item;
    } catch (error) {
      await rm(path, { force: true });
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
    for (let attempt = 1; ; attempt += 1) {
      const named = {
        id: this.deps.newId('imp'),
        fileName: maskFileName(basename(path)),
        scanId,
        target,
      };
      const { item, done } = await this.#begin(actor, path, named, options);
      const ended = (await done) ?? (await this.#regain(item, path, options));
      if (!ended.wasInterrupted || attempt === MAX_ATTEMPTS) return ended;
    }
  }

  /** Brings an import to its end after its lease was lost; another process may do that meanwhile. */
  async #regain(
    { id, teamId }: StoredImport,
    path: string,
    options: ImportOptions,
  ): Promise<StoredImport> {
    const { line } = this.deps;
    for (;;) {
      const item = await this.get({ teamId }, id);
      if (item.finishedAt !== null) return item;
      if (item.runner === line.runner && !line.has(id)) {
        await line.enter(id);
        const ended = await this.#join(item, path, options);
        if (ended) return ended;
      }
      await pause(REGAIN_EVERY_MS);
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

  /**
   * Takes over imports that dead processes left unfinished. One whose results are all stored is finished by any
   * process. Of the others, what they stored is undone; then a process that sees the file imports it again. Uploads
   * are in a folder of the host that received them. An import whose file is lost ends as failed.
   */
  async resume(): Promise<void> {
    const { imports, line } = this.deps;
    for (const item of await imports.unfinished()) {
      const isElsewhere = item.runner !== line.runner && (await line.isAlive(item.runner));
      if (!isElsewhere && !line.has(item.id)) await this.#takeOver(item);
    }
  }

  /** Resolves when every import of this process has ended. */
  drain(): Promise<void> {
    return this.deps.line.drain();
  }

  /** Like `drain`, at shutdown: leaves imports that wait for another process to the remaining processes. */
  stop(): Promise<void> {
    return this.deps.line.stop();
  }

  /** Returns once the import is stored and in line. */
  async #begin(
    actor: Actor,
    path: string,
    named: NamedImport,
    options: ImportOptions = {},
  ): Promise<{ item: StoredImport; done: Promise<StoredImport | null> }> {
    const { imports, line } = this.deps;
    const item = await this.#newImport(actor, path, {
      ...named,
      coverage: options.coverage ?? null,
    });
    // First: other processes would immediately take over an import whose process they do not see.
    await line.enter(item.id);
    try {
      await imports.add(actor, item);
    } catch (error) {
      line.leave(item.id);
      throw error;
    }
    return { item, done: this.#join(item, path, options) };
  }

  async #takeOver(item: StoredImport): Promise<void> {
    const { imports, line } = this.deps;
    const path = this.#incoming(item.id);
    const isHere = await isThere(path);
    // Another host has the file, and nothing is stored that its return would change.
    const waits = item.uploaded && !isHere && !this.#isOverdue(item);
    if (waits && item.changedFrom === undefined && !item.stored) return;
    await line.enter(item.id);
    // Only one process succeeds.
    const mine = await imports.update(item, { runner: line.runner }).catch(() => null);
    if (mine) this.#join(mine, isHere ? path : null, {}).catch(() => {});
    else line.leave(item.id);
  }

  #isOverdue({ createdAt }: StoredImport): boolean {
    return this.deps.clock.now().getTime() - Date.parse(createdAt) > MAX_ABSENCE_MS;
  }

  /** Without a path: this process does not have the file. */
  async #continue(
    item: StoredImport,
    path: string | null,
    options: ImportOptions,
    lease: Lease,
  ): Promise<FinishImport | null> {
    const { work } = this.deps;
    if (item.stored && (item.followUp || item.identical)) return work.follow(item, lease);
    if (path !== null) return work.do(item, path, options, lease);
    if (!item.uploaded) {
      const problem = 'the process ended during this import; import the file again';
      return work.giveUp(item, problem, lease);
    }
    if (!this.#isOverdue(item)) return null;
    return work.giveUp(
      item,
      'the server that has the file did not come back; upload it again',
      lease,
    );
  }

  /** Null when another process has taken it over, or is left to do it. */
  #join(
    item: StoredImport,
    path: string | null,
    options: ImportOptions,
  ): Promise<StoredImport | null> {
    const { imports, line, work } = this.deps;
    const store = async (lease: Lease) => {
      await work.prepare(item, lease);
      const known = await imports.get(item, item.id);
      if (known?.runner !== line.runner) return null;
      return this.#continue(known, path, options, lease);
    };
    return line.join(item, store, async (finish) => {
      const ended = finish && (await finish());
      if (ended && path === this.#incoming(item.id)) await rm(path, { force: true });
      return ended;
    });
  }

  async #newImport(
    actor: Actor,
    path: string,
    { id, fileName, scanId = null, target = null, coverage = null }: NamedImport,
  ): Promise<StoredImport> {
    const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
      throw new InvalidInputError(`${path}: ${why}`, {}, { cause });
    });
    if (!info.isFile())
      throw new InvalidInputError(`${path}: is a folder; name a report file in it`);
    return {
      id,
      teamId: actor.teamId,
      actor: actor.userId,
      readerVersion: READER_VERSION,
      runner: this.deps.line.runner,
      uploaded: path === this.#incoming(id),
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

  #incoming(importId: string): string {
    return join(this.deps.incomingFolder, importId);
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
