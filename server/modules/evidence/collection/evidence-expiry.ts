import type { TeamScope } from '../../../platform/database/collection.js';
import type { Platform } from '../../../platform/platform.js';
import { evidenceExpired } from '../evidence.events.js';
import type { EvidenceItemsRepository } from '../items/evidence-items.repository.js';

export interface ExpiryDeps extends Pick<Platform, 'audit' | 'events' | 'clock'> {
  items: EvidenceItemsRepository;
}

/** Marks expired evidence, announces each item once and returns their number. */
export async function expireEvidence(
  { items, audit, events, clock }: ExpiryDeps,
  { teamId }: TeamScope,
): Promise<number> {
  const due = await items.all(
    { teamId },
    {
      state: { in: ['auto_collected', 'pending_review', 'approved'] },
      expiresAt: { lte: clock.now().toISOString() },
      deletedAt: { exists: false },
    },
  );
  let count = 0;
  for (const item of due) {
    // Null: it was renewed or removed since the read, or another process marked it first.
    if (!(await items.change(item, { state: 'expired' }))) continue;
    count += 1;
    const { id: evidenceId, title, controlIds, expiresAt } = item;
    const system = { teamId, userId: 'system' };
    await audit.record(system, 'evidence.expired', evidenceId, { title, expiresAt });
    await events.emit(evidenceExpired, { teamId, evidenceId, title, controlIds, expiresAt });
  }
  return count;
}
