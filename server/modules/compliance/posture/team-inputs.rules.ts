import type { Catalogue } from '../../catalogue/index.js';
import type { Attestation } from '../attestations/attestation.js';
import type { ControlStanding } from './control-standing.js';
import type { AnsweredElsewhere, GivenAnswer, PostureInputs } from './requirement-members.rules.js';

interface TeamFacts {
  /** Active frameworks. */
  catalogue: Catalogue;
  /** All frameworks of the team: answers count for the controls of inactive ones too. */
  library: Catalogue;
  /** Scope → control → standing. */
  standings: ReadonlyMap<string, ReadonlyMap<string, ControlStanding>>;
  scopeOf: (frameworkId: string) => string;
  /** Valid statements about unchanged requirements. */
  given: readonly Attestation[];
}

/** Posture computed now and posture recorded for later come from the same inputs. */
export function teamInputs({
  catalogue,
  library,
  standings,
  scopeOf,
  given,
}: TeamFacts): Required<PostureInputs> {
  const byFramework = new Map<string, Map<string, GivenAnswer>>();
  for (const each of given) {
    const known = byFramework.get(each.frameworkId) ?? new Map<string, GivenAnswer>();
    byFramework.set(each.frameworkId, known.set(each.requirementId, each));
  }
  const answers = answersByControl(library, given);
  const standingOf = (controlId: string, frameworkId = '') =>
    standings.get(scopeOf(frameworkId))?.get(controlId);
  const givenFor = (frameworkId: string, requirementId: string) =>
    byFramework.get(frameworkId)?.get(requirementId);
  return {
    catalogue,
    standingOf,
    statusOf: (controlId, frameworkId) => standingOf(controlId, frameworkId)?.status,
    givenFor,
    attested: (frameworkId, requirementId) => {
      const found = givenFor(frameworkId, requirementId);
      return found !== undefined && attests(found);
    },
    answersFor: (controlId) => answers.get(controlId) ?? NO_ANSWERS,
  };
}

/** Whether a statement says that the requirement is met, and why. */
export function attests({ answer = 'yes', unsupported }: GivenAnswer): boolean {
  return answer === 'yes' && !unsupported;
}

/** Control → answers “yes” to requirements that equal it or contain it. */
export function answersByControl(
  library: Catalogue,
  given: readonly Attestation[],
): Map<string, Attestation[]> {
  const found = new Map<string, Attestation[]>();
  for (const each of given) {
    if (each.answer === undefined || !attests(each)) continue;
    const { frameworkId, requirementId } = each;
    for (const edge of library.requirement(frameworkId, requirementId)?.controls ?? []) {
      if (edge.relation !== 'equal' && edge.relation !== 'superset') continue;
      const known = found.get(edge.controlId) ?? [];
      found.set(edge.controlId, [...known, each]);
    }
  }
  return found;
}

const NO_ANSWERS: readonly AnsweredElsewhere[] = [];
