import type { AnswerValue } from '../../../../contract/assessments.js';
import type { ControlStatus } from '../../../../contract/compliance.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Compliance, TeamControlState } from '../../compliance/index.js';
import { isPartialAtMost } from '../answers/answer-support.rules.js';
import type { AnswersRepository } from '../answers/answers.repository.js';
import { validAnswers } from '../answers/valid-answers.js';
import type { AssessmentsRepository } from '../assessments/assessments.repository.js';
import { wordOf } from './answer-words.js';
import type { Statement } from './control-mapping-engine.js';

const VALUE: Record<Exclude<ControlStatus, 'not_assessed'>, AnswerValue> = {
  implemented: 'yes',
  partial: 'partially',
  not_implemented: 'no',
  not_applicable: 'not_applicable',
};

/** Confidence in the engine's results by freshness of evidence. Expired evidence counts for nothing. */
const SURE = { fresh: 0.95, stale: 0.6, conflicting: 0.5, expired: 0, none: 0 } as const;
const DECIDED = 1;

/** What answers are derived from. */
export interface MappingParts {
  statements: StatementsService;
  catalogues: Compliance['catalogues'];
  /** The team's threshold: the share of its controls from which a question is answered. */
  settings: Pick<Compliance['settings'], 'settings'>;
}

/** All statements about a team's controls: scans, decisions and people's answers elsewhere. */
export class StatementsService {
  constructor(
    private readonly deps: {
      compliance: Pick<Compliance, 'states' | 'decisions'>;
      assessments: AssessmentsRepository;
      answers: AnswersRepository;
      clock: Clock;
    },
  ) {}

  /** For an assessment: without the answers of itself and its earlier periods. */
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

  /** People's valid answers, in assessments that no later period replaced. */
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
          ...(isPartialAtMost(answer) ? { unsupported: true } : {}),
        },
      ];
    });
    return { byId, ofPeople };
  }
}

/** The statement of a control state; two when decision and evidence disagree. */
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
  const decisionText = `${decision.actor} decided: ${wordOf(decided)}`;
  const statement: Statement = {
    ...about,
    from: 'decision',
    value: decided,
    confidence: DECIDED,
    what: decisionText,
  };
  if (!contradicted) return [statement];
  const seen: AnswerValue = openFindings > 0 ? (decided === 'no' ? 'partially' : 'no') : 'yes';
  const what =
    openFindings > 0
      ? `scans see ${openFindings} open ${openFindings === 1 ? 'finding' : 'findings'}`
      : 'all scan evidence passes';
  return [statement, { ...about, from: 'scan', value: seen, confidence: SURE.conflicting, what }];
}
