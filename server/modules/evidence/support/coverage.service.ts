import type { EvidenceCoverage, EvidenceGap } from '../../../../contract/evidence-packages.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { Filter } from '../../../platform/database/collection.js';
import type { Compliance } from '../../compliance/index.js';
import { COUNTING } from '../items/evidence.rules.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import type { EvidenceItemsRepository } from '../items/evidence-items.repository.js';
import { coverageOf, gapOf, shareOf, supportedBy } from './coverage.rules.js';

export interface CoverageDeps {
  items: EvidenceItemsRepository;
  compliance: Pick<Compliance, 'catalogues' | 'posture'>;
  clock: Clock;
}

/** Which controls and requirements have valid evidence. */
export class CoverageService {
  constructor(private readonly deps: CoverageDeps) {}

  async coverage(actor: Actor): Promise<{ items: EvidenceCoverage[] }> {
    const { compliance } = this.deps;
    const catalogue = await compliance.catalogues.of(actor);
    const now = this.#now();
    const counting = { state: { in: COUNTING }, expiresAt: { gt: now } };
    const supported = supportedBy(await this.#items(actor, counting), now);
    const items: EvidenceCoverage[] = [];
    for (const id of catalogue.frameworks.keys()) {
      items.push(coverageOf(await compliance.posture.framework(actor, id), supported));
    }
    return { items };
  }

  /** Gaps of one framework; evidence that expires within `days` counts as one too. */
  async gaps(actor: Actor, frameworkId: string, days: number) {
    const { compliance } = this.deps;
    const framework = await compliance.posture.framework(actor, frameworkId);
    const catalogue = await compliance.catalogues.of(actor);
    const [items, now] = [await this.#items(actor), this.#now()];
    const until = new Date(Date.parse(now) + days * 86_400_000).toISOString();
    const supported = supportedBy(items, now);
    const byControl = indexed(items);
    const served = new Map<string, string[]>();
    for (const { id, controls, status } of framework.requirementStates) {
      if (status === 'not_applicable') continue;
      for (const control of controls) {
        served.set(control.id, [...(served.get(control.id) ?? []), id]);
      }
    }
    const controls = [...served].flatMap(([controlId, requirements]): EvidenceGap[] => {
      const control = catalogue.controls.get(controlId);
      const gap = gapOf(byControl.get(controlId) ?? [], now, until);
      if (!control || !gap) return [];
      const { title, weight, cadence } = control;
      return [{ controlId, title, weight, cadence, requirements, ...gap }];
    });
    controls.sort((a, b) => b.weight - a.weight || (a.controlId < b.controlId ? -1 : 1));
    const requirements = framework.requirementStates.flatMap((state) => {
      const { share, missing } = shareOf(frameworkId, state, supported);
      if (share === 1 || state.status === 'not_applicable') return [];
      const { id, title, weight } = state;
      return [{ id, title, weight, share: Math.round(share * 100) / 100, missing }];
    });
    return { frameworkId, controls, requirements };
  }

  #items(actor: Actor, filter: Filter = {}): Promise<StoredEvidence[]> {
    return this.deps.items.all(actor, { ...filter, deletedAt: { exists: false } });
  }

  #now(): string {
    return this.deps.clock.now().toISOString();
  }
}

function indexed(items: readonly StoredEvidence[]): Map<string, StoredEvidence[]> {
  const found = new Map<string, StoredEvidence[]>();
  for (const item of items) {
    for (const id of item.controlIds) found.set(id, [...(found.get(id) ?? []), item]);
  }
  return found;
}
