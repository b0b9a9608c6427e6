import type { TeamScope } from '../../../platform/database/collection.js';
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
  platform: Pick<Platform, 'audit' | 'events' | 'clock'>;
}

/** Collects missed evidence and expires old evidence of a team. */
export class EvidenceMaintenance {
  constructor(private readonly deps: MaintenanceDeps) {}

  async run({ teamId }: TeamScope): Promise<void> {
    const { items, collector, answers, packages, platform } = this.deps;
    await collector.catchUp({ teamId });
    await expireEvidence({ items, ...platform }, { teamId });
    await answers.settle({ teamId });
    await packages.endLost({ teamId });
  }
}
