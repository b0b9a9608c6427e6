import type { Platform } from '../../../platform/platform.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import type { EvidenceItemsRepository } from '../items/evidence-items.repository.js';

interface EndItemsDeps {
  platform: Pick<Platform, 'audit'>;
  items: EvidenceItemsRepository;
}

/** Ends the items that did not expire, were not rejected and were not removed before. */
export async function endItems(
  { items, platform: { audit } }: EndItemsDeps,
  gone: readonly StoredEvidence[],
  now: string,
): Promise<void> {
  for (const item of gone) {
    const { id, teamId, uploaderId, deletedAt, state, expiresAt, title } = item;
    if (uploaderId !== null || deletedAt !== null || expiresAt <= now) continue;
    if (state === 'rejected' || state === 'expired') continue;
    const ended = { state: 'expired', effectiveTo: now, expiresAt: now } as const;
    if (!(await items.change(item, ended))) continue;
    await audit.record({ teamId, userId: 'system' }, 'evidence.ended', id, { title });
  }
}
