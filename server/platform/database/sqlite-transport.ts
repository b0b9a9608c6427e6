import type { SqliteSettings } from './sqlite-connection.js';
import { type EngineCall, SqliteEngine } from './sqlite-engine.js';

/** Where a file's engine runs. A read sees every write that finished before it started. */
export interface SqliteTransport {
  read(call: EngineCall): Promise<unknown>;
  write(call: EngineCall): Promise<unknown>;
  close(): Promise<void>;
}

/** Runs the engine in this thread: for in-memory databases, and where blocking the event loop is fine. */
export class InProcessTransport implements SqliteTransport {
  readonly #file: string;
  readonly #settings: SqliteSettings;
  #engine: SqliteEngine | null = null;

  constructor(file: string, settings: SqliteSettings) {
    this.#file = file;
    this.#settings = settings;
  }

  async read(call: EngineCall): Promise<unknown> {
    return this.write(call);
  }

  async write(call: EngineCall): Promise<unknown> {
    this.#engine ??= new SqliteEngine(this.#file, this.#settings);
    return this.#engine.do(call);
  }

  async close(): Promise<void> {
    this.#engine?.close();
    this.#engine = null;
  }
}
