import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { isValidAt, wasAccepted } from './evidence.rules.js';
import type { EvidenceItemsRepository, StoredEvidence } from './evidence-items.repository.js';

/** Evidence that somebody gave and that was accepted, with its end. */
export interface EvidenceEnd {
  evidenceId: string;
  title: string;
  controlIds: readonly string[];
  /** `framework/requirement`. */
  requirements: readonly string[];
  /** ISO 8601 UTC. */
  expiresAt: string;
}

/** What became of an item: `counts` says whether it proves something at this moment. */
export interface EvidenceValidity {
  expiresAt: string;
  counts: boolean;
}

/**
 * When evidence ends that people must renew. What the program collected is not told of: another scan or answer
 * takes its place, and its controls say when none did.
 */
export class EvidenceEnds {
  constructor(private readonly deps: { items: EvidenceItemsRepository; clock: Clock }) {}

  /** What was accepted and is over by then, also long ago; removed items are not. */
  async by(scope: TeamScope, until: string): Promise<EvidenceEnd[]> {
    const found = await this.deps.items.all(scope, {
      state: { in: ['approved', 'expired'] },
      expiresAt: { lte: until },
      deletedAt: { exists: false },
    });
    return found
      .filter((item) => item.uploaderId !== null && wasAccepted(item))
      .map(({ id: evidenceId, title, controlIds, requirements, expiresAt }) => ({
        ...{ evidenceId, title, controlIds, requirements, expiresAt },
      }));
  }

  /** Evidence id → what became of it; what was removed is left out. */
  async current(scope: TeamScope, ids: readonly string[]): Promise<Map<string, EvidenceValidity>> {
    const now = this.deps.clock.now().toISOString();
    const found = await this.deps.items.some(scope, ids);
    return new Map(
      found
        .filter(({ deletedAt }) => deletedAt === null)
        .map((item: StoredEvidence) => [
          item.id,
          { expiresAt: item.expiresAt, counts: isValidAt(item, now) },
        ]),
    );
  }
}
