import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { UnavailableError } from '../errors.js';
import { fromErrorMessage } from './error-transfer.js';
import type { SqliteSettings } from './sqlite-connection.js';
import type { EngineCall } from './sqlite-engine.js';
import {
  BUSY,
  ENDING,
  type ThreadAnswer,
  type ThreadData,
  type ThreadRequest,
} from './sqlite-thread-messages.js';
import type { SqliteTransport } from './sqlite-transport.js';

const CALL_MS = 120_000;
const PING_MS = 5_000;
/** Adding an index to a file of millions of documents takes minutes. */
const PREPARE_MS = 900_000;
const END_MS = 30_000;
const EXIT_MS = 3_000;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** One worker, started on its first call and restarted on the first call after its death. */
export class SqliteThread {
  readonly #entry: URL;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #calls = 0;

  constructor(entry: URL) {
    this.#entry = entry;
  }

  get started(): boolean {
    return this.#worker !== null;
  }

  call(request: Omit<ThreadRequest, 'id'>): Promise<unknown> {
    const worker = this.#worker ?? this.#start();
    const id = ++this.#calls;
    const { verb } = request.call;
    const limit = verb === 'prepare' ? PREPARE_MS : verb === 'ping' ? PING_MS : CALL_MS;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timeOut(id, verb, limit), limit);
      this.#waiting.set(id, { resolve, reject, timer });
      worker.ref();
      worker.postMessage({ ...request, id } satisfies ThreadRequest);
    });
  }

  /**
   * Ends the worker after its pending calls. It is never terminated from outside: the binding aborts the
   * whole process when its thread is terminated during a call.
   */
  async end(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), END_MS);
    worker.ref();
    worker.postMessage('end');
    await once(worker, 'exit', { signal: patience.signal }).catch(() => worker.unref());
    clearTimeout(timer);
  }

  #start(): Worker {
    const state = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(this.#entry, {
      execArgv: [],
      name: 'sqlite',
      workerData: { state } satisfies ThreadData,
      // Strings are short-lived here: a small young generation is as fast and saves about 10 MB a thread.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    const onProcessExit = () => waitForCall(state);
    process.on('exit', onProcessExit);
    this.#worker = worker;
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => this.#settle(answer));
    worker.on('error', (cause) => this.#died(worker, cause));
    worker.on('exit', () => {
      process.off('exit', onProcessExit);
      this.#died(worker);
    });
    return worker;
  }

  #settle(answer: ThreadAnswer): void {
    const waiting = this.#take(answer.id);
    if (!waiting) return;
    if ('error' in answer) waiting.reject(fromErrorMessage(answer.error));
    else waiting.resolve(answer.result);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    return waiting;
  }

  /** A call that hangs blocks all later ones, so they are rejected and a new worker takes over; the old one ends when it can. */
  #timeOut(id: number, verb: string, limit: number): void {
    this.#take(id)?.reject(
      new UnavailableError(`the database did not finish ${verb} in ${limit} ms`),
    );
    const worker = this.#worker;
    if (verb === 'ping' || !worker) return;
    worker.postMessage('end');
    worker.unref();
    this.#died(worker);
  }

  #died(worker: Worker, cause?: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const id of [...this.#waiting.keys()]) {
      this.#take(id)?.reject(new UnavailableError('the database thread ended', {}, { cause }));
    }
  }
}

/** The exit of a process terminates its threads, so it first waits for the running call. */
function waitForCall(state: Int32Array): void {
  Atomics.store(state, ENDING, 1);
  Atomics.wait(state, BUSY, 1, EXIT_MS);
}

/**
 * One writer and one reader thread for all files of the process. A pair per file would mean eighteen
 * isolates for nine files, about 10 MB and 40 ms of startup each, on machines with few cores, while a
 * call occupies a thread for 100 ms at most (bulk writes and removals run in steps of 2,000 documents,
 * between which other files get their turn). Connections are not shared: every `SqliteDatabase` has its
 * own in each thread.
 */
export class SqliteThreads {
  static readonly #shared = new Map<string, SqliteThreads>();

  readonly writer: SqliteThread;
  readonly reader: SqliteThread;
  readonly #key: string;
  #users = 0;

  private constructor(entry: URL) {
    this.#key = entry.href;
    this.writer = new SqliteThread(entry);
    this.reader = new SqliteThread(entry);
  }

  static acquire(entry: URL): SqliteThreads {
    const threads = SqliteThreads.#shared.get(entry.href) ?? new SqliteThreads(entry);
    SqliteThreads.#shared.set(entry.href, threads);
    threads.#users += 1;
    return threads;
  }

  /** The last user ends the threads; later users get new ones. */
  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    SqliteThreads.#shared.delete(this.#key);
    await Promise.all([this.writer.end(), this.reader.end()]);
  }
}

/** One file's connections in the threads. */
export class ThreadTransport implements SqliteTransport {
  readonly #threads: SqliteThreads;
  readonly #request: Omit<ThreadRequest, 'id' | 'call'>;

  constructor(threads: SqliteThreads, file: string, settings: SqliteSettings) {
    this.#threads = threads;
    this.#request = { connection: randomUUID(), file, settings };
  }

  read(call: EngineCall): Promise<unknown> {
    return this.#threads.reader.call({ ...this.#request, call });
  }

  write(call: EngineCall): Promise<unknown> {
    return this.#threads.writer.call({ ...this.#request, call });
  }

  async close(): Promise<void> {
    const { reader, writer } = this.#threads;
    const closing = { ...this.#request, call: { verb: 'close' } } as const;
    // The writer closes last, so that it checkpoints the WAL into the file.
    if (reader.started) await reader.call(closing).catch(() => undefined);
    if (writer.started) await writer.call(closing).catch(() => undefined);
    await this.#threads.release();
  }
}
