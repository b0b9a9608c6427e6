import { z } from 'zod';
import { oneLine } from './output/scan-words.js';
import { usageError } from './usage-error.js';

const Instant = z.iso.datetime({ offset: true });

/** The UTC instant of an option: an ISO 8601 instant, or a date at this time of day. */
export function instantOf(option: string, text: string, time: `T${string}Z`): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const read = Instant.safeParse(isDay ? text + time : text);
  if (read.success) return new Date(read.data).toISOString();
  const example = 'e.g. 2026-12-31 or 2026-12-31T12:00:00Z';
  throw usageError(`--${option}: ${oneLine(text, 50)} is not a valid date, ${example}`);
}
