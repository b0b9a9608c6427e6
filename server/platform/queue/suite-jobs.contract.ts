import { expect, vi } from 'vitest';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { type JobQueue, type JobState, jobType } from './job-queue.js';

export interface SuiteParts {
  clock?: Clock;
  graceMs?: number;
  waits?: (type: string) => string | null;
}
export type OpenQueue = (parts?: SuiteParts) => JobQueue;

export const RED = 'team_red';
export const BLUE = 'team_blue';

/** Fast enough for a suite in real time, because Redis has no test clock. */
export const quick = { attempts: 3, backoffMs: 20, leaseMs: 600 };
export const noted = jobType('suite.noted', z.object({ n: z.number() }), quick);

/** Blocks every handler that awaits it until it is opened. */
export function gate(): { pass: Promise<void>; open: () => void } {
  let open = () => {};
  const pass = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { pass, open };
}

export function until(check: () => void | Promise<void>, timeout = 8_000): Promise<void> {
  return vi.waitFor(check, { timeout, interval: 10 });
}

export async function untilState(queue: JobQueue, id: string, state: JobState) {
  await until(async () => expect(await queue.get(id)).toMatchObject({ state }));
  return queue.get(id);
}
