import type { ErrorMessage } from './error-transfer.js';
import type { SqliteSettings } from './sqlite-connection.js';
import type { EngineCall } from './sqlite-engine.js';

/** A call for one connection. It includes how to open it, so that a restarted thread needs no history. */
export interface ThreadRequest {
  id: number;
  connection: string;
  file: string;
  settings: SqliteSettings;
  call: EngineCall;
}

export type ThreadAnswer = { id: number; result: unknown } | { id: number; error: ErrorMessage };

/** Two flags in shared memory: whether the worker is in a call, and whether the process is exiting. */
export interface ThreadData {
  state: Int32Array;
}
export const BUSY = 0;
export const ENDING = 1;
