/**
 * Best-effort hints to the other processes of an installation that something changed, never the only copy
 * of it. Messages may be lost; publishing never fails.
 */
export interface Broadcast {
  /** `message` must survive JSON. */
  publish(channel: string, message: unknown): void;
  /** Receives messages that other processes publish from now on, not those of this process. */
  listen(channel: string, receive: (message: unknown) => void): void;
  close(): Promise<void>;
}

/** For processes without Redis: they poll the database instead. */
export const noBroadcast: Broadcast = {
  publish: () => {},
  listen: () => {},
  close: async () => {},
};
