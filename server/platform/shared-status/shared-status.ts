/**
 * What running work reports of itself, for every process of an installation: current, and gone with the work or its
 * process. Never the only copy of anything: reading and writing never fail.
 */
export interface SharedStatus {
  /** `value` must survive JSON. False where processes share nothing, or when it could not be written. */
  put(work: string, part: string, value: unknown): Promise<boolean>;
  /** The parts of a piece of work that some process runs. */
  of(work: string): Promise<ReadonlyMap<string, unknown>>;
  remove(work: string, part: string): Promise<void>;
  close(): Promise<void>;
}

/** How long a part stays after its process died: it is put again three times as often. */
export const STATUS_KEPT_MS = 30_000;

/** For processes without Redis: others read the database instead. */
export const noSharedStatus: SharedStatus = {
  put: async () => false,
  of: async () => new Map(),
  remove: async () => {},
  close: async () => {},
};
