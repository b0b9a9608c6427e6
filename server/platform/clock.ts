import { monotonicFactory } from 'ulid';

/** The time; tests bring their own. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Makes `<prefix>_<ulid>`, growing with time, also within one millisecond. */
export type NewId = (prefix: string) => string;

export function createNewId(clock: Clock): NewId {
  const ulid = monotonicFactory();
  return (prefix) => `${prefix}_${ulid(clock.now().getTime()).toLowerCase()}`;
}
