import { inspect } from 'node:util';
import { z } from 'zod';
import { scrub } from '../log/structured-logging.js';
import { outageIn, waitingFor } from '../outages/outage.js';
import { parserProblem } from '../parsing/parser-error.js';
import type { Moments } from '../time/future-times.rules.js';
import { type JobAbortedError, type JobSettings, PermanentJobError } from './job-queue.js';
import type { JobEnding } from './job-store.js';

const REASON_LENGTH = 2_000;

/** A thrown value as displayable text: not every thrown value is an Error. */
export function reasonOf(thrown: unknown): string {
  return scrub(textOf(thrown)).slice(0, REASON_LENGTH);
}

function textOf(thrown: unknown): string {
  if (thrown instanceof Error) {
    const problem = parserProblem(thrown);
    return problem ? `${thrown.name}: the input ${problem.message}` : thrown.message || thrown.name;
  }
  if (typeof thrown === 'string' && thrown !== '') return thrown;
  if (thrown === undefined || thrown === null || thrown === '') return 'failed without a reason';
  return inspect(thrown, { depth: 2, breakLength: Number.POSITIVE_INFINITY });
}

/** Delay before the next attempt: doubled each time, ± a quarter to spread many jobs. */
export function backoffAfter(attempt: number, settings: JobSettings, random: () => number): number {
  const base = Math.min(settings.backoffMs * 2 ** (attempt - 1), settings.maxBackoffMs);
  return Math.round(base * (0.75 + random() / 2));
}

const MIN_WAIT_MS = 1_000;
const MAX_WAIT_MS = 10_000;

/** Delay before work that found a store away is tried again: as often as `outages` in a row. */
export function waitAfter(outages: number, random: () => number): number {
  const base = Math.min(MIN_WAIT_MS * 2 ** outages, MAX_WAIT_MS);
  return Math.round(base * (0.75 + random() / 2));
}

/** Every live worker renews the lease of its job within this time. */
export const RENEWED_WITHIN_MS = 60_000;

/**
 * The new delay of a job that is due after `limit`, once the clock went back; null when it was planned so. The clock
 * was ahead when a job that is due then was created, or when it was tried last.
 */
export function delayAfterRepair(
  { createdAt, dueAt, wasTried }: { createdAt: string; dueAt: string; wasTried: boolean },
  { limit }: Moments,
): number | null {
  if (wasTried) return 0;
  return createdAt > limit ? Math.max(0, Date.parse(dueAt) - Date.parse(createdAt)) : null;
}

export interface Attempt {
  attempt: number;
  /** How the handler ended; null when it did not end within the grace period after the abort. */
  outcome: { ok: true } | { ok: false; error: unknown } | null;
  aborted: JobAbortedError | null;
  /** How many attempts of this type before it found a store away. */
  outages: number;
  /** Why jobs of this type wait; null when they may run. */
  waits: string | null;
}

/** Outcome of a job after an attempt; null when the job is no longer ours. */
export function endingOf(
  { attempt, outcome, aborted, outages, waits }: Attempt,
  settings: JobSettings,
  random: () => number,
): JobEnding | null {
  if (aborted?.why === 'lost') return null;
  if (aborted?.why === 'cancelled') return { as: 'cancelled' };
  if (aborted?.why === 'closing' && !outcome?.ok) return { as: 'released' };
  if (outcome?.ok && aborted?.why !== 'timeout') return { as: 'completed' };
  const thrown = outcome?.ok === false ? outcome.error : aborted;
  const away = outageIn(thrown);
  const isPermanent = thrown instanceof PermanentJobError;
  const waiting = away ? waitingFor(away) : isPermanent ? null : waits;
  if (waiting !== null)
    return { as: 'postponed', delayMs: waitAfter(outages, random), error: waiting };
  const error = reasonOf(aborted?.why === 'timeout' ? aborted : thrown);
  if (isPermanent || attempt >= settings.attempts) {
    return { as: 'failed', error };
  }
  return { as: 'delayed', delayMs: backoffAfter(attempt, settings, random), error };
}

/** The stored payload as the handler's type, or why it is invalid. */
export function payloadOf<S extends z.ZodType>(
  name: string,
  schema: S,
  text: string,
): { payload: z.output<S> } | { error: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { error: `the payload of ${name} is not JSON` };
  }
  const result = schema.safeParse(value);
  if (result.success) return { payload: result.data };
  return { error: `the payload does not fit ${name}: ${problemsOf(result.error)}` };
}

export function problemsOf(error: z.ZodError): string {
  return z
    .prettifyError(error)
    .split('\n')
    .map((line) => line.trim())
    .join('; ')
    .replaceAll('; →', '');
}
