import { z } from 'zod';
import { oneLine } from './output/scan-words.js';
import { usageError } from './usage-error.js';

const Instant = z.iso.datetime({ offset: true });

/** What an option says: a day that there is, at this time of it (UTC), or an instant. In UTC. */
export function instantOf(option: string, text: string, time: `T${string}Z`): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const read = Instant.safeParse(isDay ? text + time : text);
  if (read.success) return new Date(read.data).toISOString();
  const example = 'write 2026-12-31, or an instant such as 2026-12-31T12:00:00Z';
  throw usageError(`--${option}: ${oneLine(text, 50)} is no date; ${example}`);
}
