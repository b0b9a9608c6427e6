import type { FrameworkSummary, RequirementState } from '../../../../contract/compliance.js';
import { type Framework, newerEditionOf, type Requirement } from '../../catalogue/index.js';
import { lostToExpiry } from './expired.rules.js';
import type { PassingResults } from './passing.rules.js';
import { type FrameworkPosture, postureOf } from './posture.rules.js';
import { requirementView, type ShownPosture } from './requirement-view.rules.js';

/** Inputs of scores that were read at one moment. */
export interface PostureMoment extends ShownPosture {
  evaluatedAt: string | null;
}

export interface FrameworkFigures {
  summary: FrameworkSummary;
  posture: FrameworkPosture;
  /** A requirement as shown. */
  stateOf: (requirement: Requirement) => RequirementState;
  /** The figures beside its status. */
  besidesOf: (requirement: Requirement) => BesideStatus;
}

type BesideStatus = Pick<RequirementState, 'passing' | 'expiredPoints'>;

/** The score of a framework and the figures beside it, which pages, commands and exports share. */
export function figuresOf(
  framework: Framework,
  moment: PostureMoment,
  passing: PassingResults,
): FrameworkFigures {
  const posture = postureOf(framework, moment);
  const { requirementPostures: _, ...shown } = posture;
  const { expired, byRequirement } = lostToExpiry(framework, moment, posture);
  const byId = new Map(posture.requirementPostures.map((each) => [each.id, each]));
  const besidesOf = (requirement: Requirement): BesideStatus => {
    const expiredPoints = byRequirement.get(requirement.id);
    return {
      passing: passing.ofRequirement(framework, requirement),
      ...(expiredPoints === undefined ? {} : { expiredPoints }),
    };
  };
  return {
    posture,
    summary: {
      ...describe(framework, moment),
      ...shown,
      passing: passing.ofFramework(framework),
      ...(expired ? { expired } : {}),
    },
    stateOf: (requirement) => ({
      ...requirementView(framework, requirement, byId.get(requirement.id), moment),
      ...besidesOf(requirement),
    }),
    besidesOf,
  };
}

function describe(framework: Framework, { evaluatedAt, library }: PostureMoment) {
  const { id, name, version, publisher, about, attribution } = framework;
  const supersededBy = newerEditionOf(framework, library);
  return { id, name, version, publisher, about, evaluatedAt, attribution, supersededBy };
}
