import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

const Moment = z.iso.datetime({ offset: true });

/** An option's ISO 8601 date-time with its offset, in UTC; refuses what lies in the future. */
export function pastMoment(text: string): string {
  const read = Moment.safeParse(text);
  if (!read.success) {
    throw new InvalidArgumentError('an ISO 8601 date-time, such as 2026-03-01T12:00:00Z.');
  }
  const at = new Date(read.data);
  if (at > new Date()) throw new InvalidArgumentError('a moment that is not in the future.');
  return at.toISOString();
}

export const AT_OPTION = '--at <date-time>';
