import { isOutage } from '../../../platform/outages/outage.js';
import type { Platform } from '../../../platform/platform.js';
import type { EvidenceItemsRepository } from '../items/evidence-items.repository.js';
import type { PackagesService } from '../packages/packages.service.js';
import type { AnswersByEvidence } from '../reviews/answers-by-evidence.js';
import type { EvidenceCollector } from './evidence-collector.js';
import { expireEvidence } from './evidence-expiry.js';

export interface MaintenanceDeps {
  items: EvidenceItemsRepository;
  collector: Pick<EvidenceCollector, 'catchUp'>;
  answers: Pick<AnswersByEvidence, 'settle'>;
  packages: Pick<PackagesService, 'endLost'>;
  platform: Pick<Platform, 'audit' | 'events' | 'clock' | 'teams' | 'log'>;
}

/** Collects missed evidence and expires old evidence of every team. A team that fails does not stop the others. */
export class EvidenceMaintenance {
  constructor(private readonly deps: MaintenanceDeps) {}

  async run(signal?: AbortSignal): Promise<void> {
    const { items, collector, answers, packages, platform } = this.deps;
    for (const { id: teamId } of await platform.teams.list()) {
      signal?.throwIfAborted();
      try {
        await collector.catchUp({ teamId });
        await expireEvidence({ items, ...platform }, { teamId });
        await answers.settle({ teamId });
        await packages.endLost({ teamId });
      } catch (error) {
        // The job waits for the store, and then begins again.
        if (isOutage(error)) throw error;
        platform.log.error({ err: error, teamId }, 'evidence maintenance failed');
      }
    }
  }
}
