import type { ControlDetail } from '../../../../contract/compliance.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Framework, TeamCatalogues } from '../../catalogue/index.js';
import type { AttestationsRepository } from '../attestations/attestations.repository.js';
import { isUnchanged } from '../attestations/attested-text.rules.js';
import { answersByControl } from '../posture/team-inputs.rules.js';

interface FoundAnswers {
  answers: NonNullable<ControlDetail['answeredElsewhere']>;
  /** Those whose requirements were answered, active or not. */
  frameworks: (Framework | undefined)[];
}

/** A team's answers to requirements that cover a control: suggestions, which decide nothing about it. */
export class AnswersElsewhere {
  constructor(
    private readonly deps: {
      catalogues: TeamCatalogues;
      attestations: AttestationsRepository;
      clock: Clock;
    },
  ) {}

  async of(team: TeamScope, controlId: string): Promise<FoundAnswers> {
    const { catalogues, attestations, clock } = this.deps;
    const [library, given] = await Promise.all([catalogues.all(team), attestations.list(team)]);
    const now = clock.now().toISOString();
    const valid = given.filter((each) => each.expiresAt > now && isUnchanged(library, each));
    const answers = answersByControl(library, valid).get(controlId) ?? [];
    return {
      answers: answers.map(({ frameworkId, requirementId, actor, at, expiresAt }) => ({
        framework: frameworkId,
        frameworkName: library.frameworks.get(frameworkId)?.name ?? frameworkId,
        requirement: requirementId,
        title: library.requirement(frameworkId, requirementId)?.title ?? requirementId,
        ...{ actor, at, expiresAt },
      })),
      frameworks: answers.map(({ frameworkId }) => library.frameworks.get(frameworkId)),
    };
  }
}
