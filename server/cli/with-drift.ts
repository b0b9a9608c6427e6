import type { Drift } from '../modules/drift/index.js';
import { withCore } from './with-core.js';

export function withDrift(work: (drift: Drift) => Promise<void>): Promise<void> {
  return withCore(({ container }) => work(container.get('drift')));
}

/** `2026-03-01 12:00`, UTC. */
export function minuteOf(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}
