import type { TeamScope } from '../../../platform/database/collection.js';
import { ControlMappingEngine } from '../mapping/control-mapping-engine.js';
import { type StatementsService, wordOf } from '../mapping/statements.service.js';

/** Two valid answers of people, in different assessments, that prove different things of a control. */
export interface ControlConflict {
  controlId: string;
  /** What the two say, as a word. */
  values: readonly [string, string];
  /** Who answered what, where; one sentence. */
  text: string;
}

/** Finds where people's answers contradict each other. */
export class ConflictsService {
  constructor(private readonly deps: { statements: Pick<StatementsService, 'ofPeople'> }) {}

  /** All of the team, by control; whatever order the answers came in. */
  async list(team: TeamScope): Promise<ControlConflict[]> {
    // Weights and shares matter only to questions; here answers are lifted to controls, no further.
    const engine = new ControlMappingEngine({ weightOf: () => 1, autoSatisfyShare: 1 });
    const facts = engine.facts(await this.deps.statements.ofPeople(team));
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
