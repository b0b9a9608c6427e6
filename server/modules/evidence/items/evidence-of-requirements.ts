import type { Clock } from '../../../platform/clock.js';
import type { Filter, TeamScope } from '../../../platform/database/collection.js';
import { requirementIds } from '../../catalogue/index.js';
import type { RequirementEvidence } from '../../compliance/index.js';
import type { EvidenceItemsRepository } from './evidence-items.repository.js';
import { presentEvidence, requirementOf } from './present-evidence.js';

/** Stored evidence may name a requirement by a former id. */
function references(reference: string): Filter[] {
  const { framework, requirement } = requirementOf(reference);
  return requirementIds(framework, requirement).map((id) => ({
    requirements: `${framework}/${id}`,
  }));
}

/** Evidence of a requirement and of its controls. */
export class EvidenceOfRequirements implements RequirementEvidence {
  constructor(private readonly deps: { items: EvidenceItemsRepository; clock: Clock }) {}

  async ofRequirement(
    team: TeamScope,
    { reference, controlIds }: { reference: string; controlIds: readonly string[] },
    limit: number,
  ) {
    const { items, clock } = this.deps;
    const filter: Filter = {
      deletedAt: { exists: false },
      or: [...references(reference), ...controlIds.map((id) => ({ controlIds: id }))],
    };
    const [page, total] = await Promise.all([
      items.page(team, filter, limit),
      items.count(team, filter),
    ]);
    const now = clock.now().toISOString();
    const own = new Set(controlIds);
    const shown = page.items.map((item) => {
      const { id, kind, state, title, valid } = presentEvidence(item, now);
      const { effectiveFrom, collectedAt, expiresAt } = item;
      const serves = item.controlIds.filter((controlId) => own.has(controlId));
      const times = { effectiveFrom, collectedAt, expiresAt };
      return { id, kind, state, title, controlIds: serves, valid, ...times };
    });
    return { total, items: shown };
  }
}
