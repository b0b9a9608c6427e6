import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

const Moment = z.iso.datetime({ offset: true });

/** Parses an option as an ISO 8601 date-time with offset, in UTC; rejects the future. */
export function pastMoment(text: string): string {
  const read = Moment.safeParse(text);
  if (!read.success) {
    throw new InvalidArgumentError('must be an ISO 8601 date-time, e.g. 2026-03-01T12:00:00Z.');
  }
  const at = new Date(read.data);
  if (at > new Date()) throw new InvalidArgumentError('must not be in the future.');
  return at.toISOString();
}

export const AT_OPTION = '--at <date-time>';
