import { monotonicFactory } from 'ulid';

/** The current time; replaced in tests. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Creates `<prefix>_<ulid>`, which sorts by time, even within one millisecond. */
export type NewId = (prefix: string) => string;

export function createNewId(clock: Clock): NewId {
  const ulid = monotonicFactory();
  return (prefix) => `${prefix}_${ulid(clock.now().getTime()).toLowerCase()}`;
}
