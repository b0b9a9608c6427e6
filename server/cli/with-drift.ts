import type { Drift } from '../modules/drift/index.js';
import type { Shell } from './shell.js';
import { withCore } from './with-core.js';

export function withDrift(shell: Shell, work: (drift: Drift) => Promise<void>): Promise<void> {
  return withCore(shell, ({ container }) => work(container.get('drift')));
}

/** `2026-03-01 12:00`, UTC. */
export function minuteOf(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}
