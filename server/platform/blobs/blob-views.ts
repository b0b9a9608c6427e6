import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Clock, NewId } from '../clock.js';
import { AppError } from '../errors.js';
import type { Logger } from '../log/structured-logging.js';
import { keyOf } from './blob-areas.js';
import { type BlobBackendKind, BlobMissingError } from './blob-backend.js';
import type { BlobViewsRepository, StoredBlobView } from './blob-views.repository.js';
import type { Blobs } from './blobs.js';

export interface BlobViewsDeps {
  blobs: Pick<Blobs, 'backend'>;
  views: BlobViewsRepository;
  clock: Clock;
  newId: NewId;
  log: Logger;
}

/** A running process that does not see the files of the others. */
export type BlindProcess = Pick<StoredBlobView, 'host' | 'pid' | 'role' | 'backend'>;

export interface BlobHealth {
  backend: BlobBackendKind;
  where: string;
  ok: boolean;
  problem: string | null;
  /** Running servers and workers. */
  processes: number;
  blind: BlindProcess[];
}

const BEAT_MS = 10_000;
const DEAD_AFTER_MS = 35_000;
const WORKING: readonly string[] = ['all', 'worker'];
const DELETED_AFTER_MS = 86_400_000;
const ELSEWHERE =
  'the files of the other processes are not here: all of them need the same BLOBS settings, and with BLOBS=folder a shared DATA_DIR';

/**
 * Whether all processes keep files in the same place. One of them writes a probe, whose name is in the database;
 * each reads it from time to time and records whether it could.
 */
export class BlobViews {
  #me: StoredBlobView | null = null;
  #problem: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor(private readonly deps: BlobViewsDeps) {}

  /** Registers this server or worker, in the background. */
  begin(role: string): void {
    const { blobs, newId } = this.deps;
    this.#me = {
      ...{ id: newId('view'), host: hostname(), pid: process.pid, role },
      ...{ backend: blobs.backend.kind, sees: true, seenAt: '' },
    };
    const beat = () => {
      this.#beating = this.#beating.then(() => this.#beat());
    };
    this.#timer = setInterval(beat, BEAT_MS).unref();
    beat();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    const me = this.#me;
    this.#me = null;
    if (me) await this.deps.views.remove(me.id).catch(() => {});
  }

  /** What this process found at its last try, now when it is not registered, and what the others recorded. Never throws. */
  async health(): Promise<BlobHealth> {
    const { kind: backend, where } = this.deps.blobs.backend;
    if (!this.#me?.seenAt) await this.#beating;
    const mine = this.#me ? this.#problem : await this.#problemNow();
    try {
      const alive = await this.#alive();
      const blind = alive
        .filter(({ id, sees }) => id !== this.#me?.id && !sees)
        .map(({ host, pid, role, backend: kind }) => ({ host, pid, role, backend: kind }));
      const theirs = blind.map(({ host, role }) => `a process on ${host} (${role})`).join(', ');
      const problem = mine ?? (theirs ? `${theirs} does not see the files that are here` : null);
      return { backend, where, ok: problem === null, problem, processes: alive.length, blind };
    } catch (error) {
      return { backend, where, ok: false, problem: whyOf(error), processes: 0, blind: [] };
    }
  }

  /** Whether a process that runs jobs is alive, as far as is known. */
  async hasWorkers(): Promise<boolean> {
    return WORKING.includes(this.#me?.role ?? '') || (await this.#alive()).some(isWorking);
  }

  async #beat(): Promise<void> {
    const { views, clock, log, blobs } = this.deps;
    if (!this.#me) return;
    const before = this.#problem;
    this.#problem = await this.#problemNow();
    if (this.#problem !== null && this.#problem !== before)
      log.warn({ backend: blobs.backend.kind, problem: this.#problem }, 'files not shared');
    const now = clock.now();
    this.#me = { ...this.#me, sees: this.#problem === null, seenAt: now.toISOString() };
    try {
      await views.put(this.#me);
      await views.removeSeenBefore(new Date(now.getTime() - DELETED_AFTER_MS).toISOString());
    } catch (error) {
      log.warn({ err: error }, 'state of files not recorded');
    }
  }

  async #problemNow(): Promise<string | null> {
    try {
      return (await this.#sees()) ? null : ELSEWHERE;
    } catch (error) {
      return whyOf(error);
    }
  }

  async #sees(): Promise<boolean> {
    const { views } = this.deps;
    const probe = await views.probe();
    if (probe !== null && (await this.#reads(probe))) return true;
    // A command looks only.
    if (!this.#me) return probe === null;
    const others = (await this.#alive()).filter(({ id }) => id !== this.#me?.id);
    if (others.some(({ sees }) => sees)) return false;
    // No running process sees it: the installation has moved, or is new.
    return this.#replace(probe);
  }

  async #replace(former: string | null): Promise<boolean> {
    const { blobs, views, newId } = this.deps;
    const probe = newId('probe');
    await blobs.backend.write(keyOf('probes', probe), Readable.from([Buffer.from(probe)]));
    if (await views.replaceProbe(former, probe)) return true;
    // Another process was first.
    await blobs.backend.remove(keyOf('probes', probe));
    const theirs = await views.probe();
    return theirs !== null && this.#reads(theirs);
  }

  async #reads(probe: string): Promise<boolean> {
    try {
      const content = await buffer(this.deps.blobs.backend.read(keyOf('probes', probe)));
      return content.toString() === probe;
    } catch (error) {
      if (error instanceof BlobMissingError) return false;
      throw error;
    }
  }

  #alive(): Promise<StoredBlobView[]> {
    const since = new Date(this.deps.clock.now().getTime() - DEAD_AFTER_MS);
    return this.deps.views.seenSince(since.toISOString());
  }
}

/** A process of this host that was killed is known at once. */
function isWorking({ role, host, pid }: StoredBlobView): boolean {
  return WORKING.includes(role) && (host !== hostname() || isRunning(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function whyOf(error: unknown): string {
  return error instanceof AppError
    ? error.message
    : 'files cannot be read or written; see the server log';
}
