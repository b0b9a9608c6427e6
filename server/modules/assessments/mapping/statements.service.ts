import type { AnswerValue } from '../../../../contract/assessments.js';
import type { ControlStatus } from '../../../../contract/compliance.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Compliance, TeamControlState } from '../../compliance/index.js';
import type { AnswersRepository } from '../answers/answers.repository.js';
import { validAnswers } from '../answers/valid-answers.js';
import type { AssessmentsRepository } from '../assessments/assessments.repository.js';
import { wordOf } from './answer-word.js';
import type { Statement } from './control-mapping-engine.js';

const VALUE: Record<Exclude<ControlStatus, 'not_assessed'>, AnswerValue> = {
  implemented: 'yes',
  partial: 'partially',
  not_implemented: 'no',
  not_applicable: 'not_applicable',
};

/** How sure what the engine says is, by how fresh its evidence is. What is expired says nothing. */
const SURE = { fresh: 0.95, stale: 0.6, conflicting: 0.5, expired: 0, none: 0 } as const;
const DECIDED = 1;

/** All that is known of a team's controls: by scans, decisions, and what people answered elsewhere. */
export class StatementsService {
  constructor(
    private readonly deps: {
      compliance: Pick<Compliance, 'states' | 'decisions'>;
      assessments: AssessmentsRepository;
      answers: AnswersRepository;
      clock: Clock;
    },
  ) {}

  /** For an assessment: without its own answers, and those of the periods before it. */
  async known(team: TeamScope): Promise<(assessmentId: string) => Statement[]> {
    const { compliance, clock } = this.deps;
    const now = clock.now().toISOString();
    const [states, decisions, { byId, ofPeople }] = await Promise.all([
      compliance.states.list(team),
      compliance.decisions.byControl(team),
      this.#ofPeople(team, now),
    ]);
    const ofControls = states.flatMap((state) => {
      const decision = decisions.get(state.controlId);
      const stands = decision && !(decision.expiresAt && decision.expiresAt <= now);
      return stateStatements(state, stands ? decision : null);
    });
    return (assessmentId) => {
      const before = new Set<string>();
      for (let at = byId.get(assessmentId); at && !before.has(at.id); ) {
        before.add(at.id);
        at = at.previousId ? byId.get(at.previousId) : undefined;
      }
      const others = ofPeople.filter((each) => !before.has(each.assessmentId ?? ''));
      return [...ofControls, ...others];
    };
  }

  /** What people's answers say that are valid, in every assessment that no later period has replaced. */
  async ofPeople(team: TeamScope): Promise<Statement[]> {
    return (await this.#ofPeople(team, this.deps.clock.now().toISOString())).ofPeople;
  }

  async #ofPeople(team: TeamScope, now: string) {
    const { byId, valid } = await validAnswers(team, this.deps, now);
    const ofPeople = valid.flatMap(({ answer, assessment }): Statement[] => {
      const { value, by, title, subject } = answer;
      if (!value) return [];
      return [
        {
          from: 'answer',
          value,
          confidence: 1,
          what: `${by} answered “${wordOf(value)}” to “${title}” in “${assessment.name}”`,
          assessmentId: assessment.id,
          controls: subject.controls,
        },
      ];
    });
    return { byId, ofPeople };
  }
}

/** What a state says; two things where a decision and evidence disagree. */
function stateStatements(
  { controlId, status, assurance, reason, contradicted, openFindings }: TeamControlState,
  decision: { kind: string; status: string | null; actor: string } | null,
): Statement[] {
  if (status === 'not_assessed') return [];
  const about = { assessmentId: null, controls: [{ controlId, relation: 'equal' as const }] };
  if (!decision) {
    const confidence = SURE[assurance];
    if (confidence === 0) return [];
    return [{ ...about, from: 'scan', value: VALUE[status], confidence, what: reason }];
  }
  const decided: AnswerValue =
    decision.kind === 'not_applicable'
      ? 'not_applicable'
      : VALUE[(decision.status ?? status) as keyof typeof VALUE];
  const told = `${decision.actor} decided: ${wordOf(decided)}`;
  const statement: Statement = {
    ...about,
    from: 'decision',
    value: decided,
    confidence: DECIDED,
    what: told,
  };
  if (!contradicted) return [statement];
  const seen: AnswerValue = openFindings > 0 ? (decided === 'no' ? 'partially' : 'no') : 'yes';
  const what =
    openFindings > 0
      ? `scans see ${openFindings} open ${openFindings === 1 ? 'finding' : 'findings'}`
      : 'all evidence of scans passes';
  return [statement, { ...about, from: 'scan', value: seen, confidence: SURE.conflicting, what }];
}
