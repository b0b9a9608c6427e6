import type { FrameworkOverlap } from '../../../../contract/compliance.js';
import type { Framework } from '../../catalogue/index.js';
import { type PostureInputs, postureOf } from '../posture/posture.rules.js';

/** Relations by which controls can cover a whole requirement. Intersections contribute and never cover. */
const COVERING: ReadonlySet<string> = new Set(['equal', 'subset', 'superset']);

/**
 * The contribution of one framework's controls to another: the other's posture computed from them alone.
 * So it never exceeds the other's own, and requirements that need an attestation are never met.
 */
export function overlapOf(from: Framework, to: Framework, inputs: PostureInputs): FrameworkOverlap {
  const own = controlsOf(from);
  const shared = [...controlsOf(to)].filter((id) => own.has(id));
  const sharedIds = new Set(shared);
  // Of people's statements only a “no” counts, so that the result never exceeds the other's own.
  const alone = {
    attested: () => false,
    answersFor: () => [],
    givenFor: (frameworkId: string, requirementId: string) => {
      const given = inputs.givenFor?.(frameworkId, requirementId);
      return given?.answer === 'no' ? { answer: given.answer } : undefined;
    },
    standingOf: (id: string, frameworkId?: string) =>
      sharedIds.has(id) ? inputs.standingOf?.(id, frameworkId) : undefined,
  };
  const current = postureOf(to, {
    ...inputs,
    ...alone,
    // In the other framework's scope, like its own posture.
    statusOf: (id, frameworkId) => {
      const status = inputs.statusOf(id, frameworkId);
      // A control that does not apply to the team applies in no framework.
      return sharedIds.has(id) || status === 'not_applicable' ? status : undefined;
    },
  });
  const potential = postureOf(to, {
    ...inputs,
    ...alone,
    statusOf: (id, frameworkId) => {
      if (inputs.statusOf(id, frameworkId) === 'not_applicable') return 'not_applicable';
      return sharedIds.has(id) ? 'implemented' : undefined;
    },
  });
  const relations = new Map(
    to.requirements.map(({ id, controls }) => [id, controls.map(({ relation }) => relation)]),
  );
  const met = current.requirementPostures.filter(
    ({ id, status }) =>
      status === 'satisfied' && relations.get(id)?.some((relation) => COVERING.has(relation)),
  ).length;
  const reached = current.requirementPostures.filter(({ value }) => value > 0).length;
  return {
    from: from.id,
    to: to.id,
    sharedControls: shared.length,
    covered: current.score ?? 0,
    reachable: potential.score ?? 0,
    met,
    contributed: reached - met,
    total: current.requirementPostures.length,
  };
}

function controlsOf({ requirements }: Framework): Set<string> {
  return new Set(
    requirements.flatMap(({ controls }) => controls.map(({ controlId }) => controlId)),
  );
}
