import { parentPort, workerData } from 'node:worker_threads';
import { toErrorMessage } from './error-transfer.js';
import { SqliteEngine } from './sqlite-engine.js';
import {
  BUSY,
  ENDING,
  type ThreadAnswer,
  type ThreadData,
  type ThreadRequest,
} from './sqlite-thread-messages.js';

/** The worker side of `sqlite-threads.ts`: opens connections on their first call and runs calls one by one. */

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

const { state } = workerData as ThreadData;

parentPort?.on('message', (request: ThreadRequest | 'end') => {
  // Set busy before checking for the exit, so that whichever side is second sees the other's flag.
  Atomics.store(state, BUSY, 1);
  if (Atomics.load(state, ENDING) === 0) {
    if (request === 'end') {
      for (const engine of engines.values()) engine.close();
      parentPort?.close();
    } else {
      parentPort?.postMessage(answer(request));
    }
  }
  Atomics.store(state, BUSY, 0);
  Atomics.notify(state, BUSY);
});
