import type { StandingDecision } from '../../../../contract/compliance.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { ControlStatesRepository } from '../states/control-states.repository.js';
import type { DecisionRecords } from './decision-records.js';
import { withoutStorage } from './decisions.rules.js';

export interface DecisionListDeps {
  catalogues: TeamCatalogues;
  records: DecisionRecords;
  states: ControlStatesRepository;
  clock: Clock;
}

const MAX_AGAINST = 20;

/** Lists of decisions: those in force, and the log of one control. */
export class DecisionListService {
  constructor(private readonly deps: DecisionListDeps) {}

  /** Newest first. */
  async log(team: TeamScope, controlId: string, limit: number, cursor?: string) {
    const { controls } = await this.deps.catalogues.of(team);
    if (!controls.has(controlId)) {
      throw new NotFoundError(`no such control: ${controlId}`, { controlId });
    }
    return this.deps.records.entries(team, controlId, limit, cursor);
  }

  /** Decisions in force, contradicted ones first, then by control. */
  async inForce(
    team: TeamScope,
    { contradicted }: { contradicted?: boolean } = {},
  ): Promise<StandingDecision[]> {
    const { records, states, catalogues, clock } = this.deps;
    const { controls } = await catalogues.of(team);
    const now = clock.now().toISOString();
    const valid = [...(await records.all(team)).values()].filter(
      ({ expiresAt, controlId }) =>
        controls.has(controlId) && (expiresAt === null || expiresAt > now),
    );
    const known = await states.byControl(
      team,
      valid.map(({ controlId }) => controlId),
    );
    const items = valid.map((decision): StandingDecision => {
      const state = known.get(decision.controlId);
      const isContradicted = state?.contradicted ?? false;
      const inputs = isContradicted ? (state?.explanation.inputs ?? []) : [];
      const fails = inputs.filter(({ fail }) => fail > 0);
      // An override to a lower status is contradicted by passes.
      const against = (fails.length > 0 ? fails : inputs).slice(0, MAX_AGAINST);
      return {
        ...withoutStorage(decision),
        controlId: decision.controlId,
        title: controls.get(decision.controlId)?.title ?? decision.controlId,
        controlStatus: state?.status ?? 'not_assessed',
        contradicted: isContradicted,
        against: against.map(({ tool, checkId, fail, pass }) => ({ tool, checkId, fail, pass })),
      };
    });
    return items
      .filter((item) => contradicted === undefined || item.contradicted === contradicted)
      .sort(
        (a, b) =>
          Number(b.contradicted) - Number(a.contradicted) || (a.controlId < b.controlId ? -1 : 1),
      );
  }
}
