import type { TeamScope } from '../../../platform/database/collection.js';
import { wordOf } from '../mapping/answer-words.js';
import { ControlMappingEngine } from '../mapping/control-mapping-engine.js';
import type { StatementsService } from '../mapping/statements.service.js';

/** Two valid answers of people in different assessments that contradict each other about a control. */
export interface ControlConflict {
  controlId: string;
  /** The two answers, as a word each. */
  values: readonly [string, string];
  /** Who answered what, where; one sentence. */
  text: string;
}

/** Finds where people's answers contradict each other. */
export class ConflictsService {
  constructor(private readonly deps: { statements: Pick<StatementsService, 'ofPeople'> }) {}

  /** All conflicts of the team, by control; independent of the order of answers. */
  async list(team: TeamScope): Promise<ControlConflict[]> {
    // Weights and shares matter for questions only; here answers are lifted to controls and no further.
    const engine = new ControlMappingEngine({ weightOf: () => 1, autoSatisfyShare: 1 });
    // An empty yes contradicts a no as an explained one does.
    const said = (await this.deps.statements.ofPeople(team)).map(
      ({ unsupported: _, ...statement }) => statement,
    );
    const facts = engine.facts(said);
    return [...facts].sort(byControl).flatMap(([controlId, all]): ControlConflict[] => {
      const proofs = all.filter(({ proves }) => proves);
      for (const one of proofs) {
        const other = proofs.find(
          ({ value, statement }) =>
            value !== one.value && statement.assessmentId !== one.statement.assessmentId,
        );
        if (!other) continue;
        const text = `${one.statement.what}, but ${other.statement.what}`;
        return [{ controlId, values: [wordOf(one.value), wordOf(other.value)], text }];
      }
      return [];
    });
  }
}

function byControl([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
