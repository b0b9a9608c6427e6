import { parentPort } from 'node:worker_threads';
import { toErrorMessage } from './error-transfer.js';
import { SqliteEngine } from './sqlite-engine.js';
import type { ThreadAnswer, ThreadRequest } from './sqlite-thread-messages.js';

/** The worker's side of `sqlite-threads.ts`: opens a connection at its first call, and does one call after the other. */

const engines = new Map<string, SqliteEngine>();

function answer(request: ThreadRequest): ThreadAnswer {
  const { id, connection, file, settings, call } = request;
  try {
    let engine = engines.get(connection);
    if (call.verb === 'close') {
      engines.delete(connection);
      engine?.close();
      return { id, result: null };
    }
    if (!engine) {
      engine = new SqliteEngine(file, settings);
      engines.set(connection, engine);
    }
    return { id, result: engine.do(call) };
  } catch (error) {
    return { id, error: toErrorMessage(error) };
  }
}

parentPort?.on('message', (request: ThreadRequest | 'end') => {
  if (request === 'end') {
    for (const engine of engines.values()) engine.close();
    parentPort?.close();
  } else {
    parentPort?.postMessage(answer(request));
  }
});
