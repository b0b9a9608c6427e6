import { AsyncLocalStorage } from 'node:async_hooks';
import { UnavailableError } from '../errors.js';

/**
 * Until when the writes of some work are accepted, such as the lease under which it runs. The database checks
 * it in the write itself: a process that stalls between its own check and the write stores nothing afterwards.
 */
export interface WriteFence {
  /** In Unix milliseconds of the system clock; Infinity: without an end. Read before each write. */
  readonly until: number;
  /** Throws once the end has passed. */
  check(): void;
  /** A database refused a write: `check` throws from now on. */
  refused(): void;
}

/** A database received the write after the fence's end, and stored nothing of it. */
export class WriteTooLateError extends UnavailableError {
  constructor(message = 'the write arrived after the end of its lease') {
    super(message);
  }
}

/** When a write must arrive at the latest; called for each step of a long write. Undefined: at any time. */
export type WriteUntil = () => number | undefined;

const active = new AsyncLocalStorage<readonly WriteFence[]>();

/** Runs the work behind this fence and those of its caller: all its writes, in any database. */
export function behindFence<R>(fence: WriteFence, work: () => R): R {
  return active.run([...(active.getStore() ?? []), fence], work);
}

/** Runs work that is not part of what its caller fences. */
export function withoutFences<R>(work: () => R): R {
  return active.exit(work);
}

/** Runs a write behind the fences of its caller; throws the fence's own error when it comes too late. */
export async function fencedWrite<R>(write: (until: WriteUntil) => Promise<R>): Promise<R> {
  const fences = active.getStore() ?? [];
  const until = () => {
    let first = Number.POSITIVE_INFINITY;
    for (const fence of fences) {
      fence.check();
      first = Math.min(first, fence.until);
    }
    return first === Number.POSITIVE_INFINITY ? undefined : first;
  };
  try {
    return await write(until);
  } catch (error) {
    if (error instanceof WriteTooLateError) {
      const [first] = [...fences].sort((a, b) => a.until - b.until);
      first?.refused();
      first?.check();
    }
    throw error;
  }
}
