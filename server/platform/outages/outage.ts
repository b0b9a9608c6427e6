import { AppError, UnavailableError } from '../errors.js';

/** What is away: the store of documents or of files, or the job queue in Redis. Or the disk of this host is full or read-only. */
export type AwayStore = 'database' | 'queue' | 'files' | 'disk';

const MAX_CAUSES = 8;

/** An error that ends by itself once the store is back: whoever can wait tries again later. */
export function outage(store: AwayStore, message: string, cause?: unknown): UnavailableError {
  return new UnavailableError(message, { outage: store }, { cause });
}

/** The outage that caused this error; null when it has another reason. */
export function outageIn(error: unknown): { store: AwayStore; reason: string } | null {
  let each = error;
  for (let depth = 0; depth < MAX_CAUSES && each instanceof Error; depth += 1) {
    const store = each instanceof AppError ? each.details.outage : undefined;
    if (isStore(store)) return { store, reason: each.message };
    each = each.cause;
  }
  return null;
}

export function isOutage(error: unknown): boolean {
  return outageIn(error) !== null;
}

const NAMES: Readonly<Record<AwayStore, string>> = {
  database: 'the database',
  queue: 'the job queue',
  files: 'the file store',
  disk: 'the disk',
};

function isStore(name: unknown): name is AwayStore {
  return typeof name === 'string' && Object.hasOwn(NAMES, name);
}

/** What the status of waiting work shows. */
export function waitingFor({ store, reason }: { store: AwayStore; reason: string }): string {
  return `waiting for ${NAMES[store]}: ${reason}`;
}
