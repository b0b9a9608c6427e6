import { AsyncLocalStorage } from 'node:async_hooks';

/** Fields that every log line of a piece of work carries, such as the request that started it. */
export interface LogContext {
  requestId?: string;
  teamId?: string;
  jobId?: string;
}

const contexts = new AsyncLocalStorage<LogContext>();

/** Runs the work with this context in place of the current one, including what the work starts. */
export function withLogContext<R>(context: LogContext, work: () => R): R {
  return contexts.run(context, work);
}

export function logContext(): LogContext {
  return contexts.getStore() ?? {};
}
