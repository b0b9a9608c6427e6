import type { FrameworkOverlap } from '../../../../contract/compliance.js';
import type { Framework } from '../../catalogue/index.js';
import { type PostureInputs, postureOf } from '../posture/posture.rules.js';

/** Relations by which controls can cover a requirement whole. Intersections contribute and never cover. */
const COVERING: ReadonlySet<string> = new Set(['equal', 'subset', 'superset']);

/**
 * What the controls of one framework mean for another: the other's posture as if nothing were known but
 * them. So it never exceeds the other's own, and what needs a person's word is never met.
 */
export function overlapOf(from: Framework, to: Framework, inputs: PostureInputs): FrameworkOverlap {
  const own = controlsOf(from);
  const shared = [...controlsOf(to)].filter((id) => own.has(id));
  const isIn = new Set(shared);
  const attested = () => false;
  const now = postureOf(to, {
    ...inputs,
    attested,
    // By the accounts in the other's scope: its own posture is.
    statusOf: (id, frameworkId) => {
      const status = inputs.statusOf(id, frameworkId);
      // What does not apply to the team applies in no framework.
      return isIn.has(id) || status === 'not_applicable' ? status : undefined;
    },
  });
  const then = postureOf(to, {
    ...inputs,
    attested,
    statusOf: (id, frameworkId) => {
      if (inputs.statusOf(id, frameworkId) === 'not_applicable') return 'not_applicable';
      return isIn.has(id) ? 'implemented' : undefined;
    },
  });
  const relations = new Map(
    to.requirements.map(({ id, controls }) => [id, controls.map(({ relation }) => relation)]),
  );
  const met = now.requirementPostures.filter(
    ({ id, status }) =>
      status === 'satisfied' && relations.get(id)?.some((relation) => COVERING.has(relation)),
  ).length;
  const touched = now.requirementPostures.filter(({ value }) => value > 0).length;
  return {
    from: from.id,
    to: to.id,
    sharedControls: shared.length,
    covered: now.score ?? 0,
    reachable: then.score ?? 0,
    met,
    contributed: touched - met,
    total: to.requirements.length,
  };
}

function controlsOf({ requirements }: Framework): Set<string> {
  return new Set(
    requirements.flatMap(({ controls }) => controls.map(({ controlId }) => controlId)),
  );
}
