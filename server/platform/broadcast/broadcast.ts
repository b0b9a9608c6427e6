/**
 * Tells the other processes of an installation what none of them has to hear: hints that something is
 * new, never the only copy of it. A message may be lost; one that is published never fails its sender.
 */
export interface Broadcast {
  /** `message` must survive JSON. */
  publish(channel: string, message: unknown): void;
  /** Hears what other processes publish from now on, and not what this one does. */
  listen(channel: string, hear: (message: unknown) => void): void;
  close(): Promise<void>;
}

/** Where processes share nothing that could carry a message: they look into the database now and then. */
export const noBroadcast: Broadcast = {
  publish: () => {},
  listen: () => {},
  close: async () => {},
};
