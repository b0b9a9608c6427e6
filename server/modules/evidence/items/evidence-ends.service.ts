import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { isValidAt, wasAccepted } from './evidence.rules.js';
import type { StoredEvidence } from './evidence-item.js';
import type { EvidenceItemsRepository } from './evidence-items.repository.js';

/** Approved evidence of a person, with its expiry. */
export interface EvidenceEnd {
  evidenceId: string;
  title: string;
  controlIds: readonly string[];
  /** `framework/requirement`. */
  requirements: readonly string[];
  /** ISO 8601 UTC. */
  expiresAt: string;
}

/** `counts`: the item is valid evidence at this moment. */
export interface EvidenceValidity {
  expiresAt: string;
  counts: boolean;
}

/**
 * Expiry of evidence that people must renew. Automatically collected evidence is left out: the next scan or answer
 * replaces it, and its controls show when none did.
 */
export class EvidenceEnds {
  constructor(private readonly deps: { items: EvidenceItemsRepository; clock: Clock }) {}

  /** Accepted items that expire by then or have expired at any time before; without removed ones. */
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

  /** By evidence id; without removed items. */
  async current(scope: TeamScope, ids: readonly string[]): Promise<Map<string, EvidenceValidity>> {
    const now = this.deps.clock.now().toISOString();
    const found = await this.deps.items.byIds(scope, ids);
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
