import type { RequirementGap } from '../../../../contract/compliance.js';
import { lapsedControlTexts } from '../../../../contract/framework-words.js';
import {
  type Control,
  type Framework,
  isCounted,
  type Requirement,
} from '../../catalogue/index.js';
import {
  type PostureInputs,
  type RequirementPosture,
  requirementOf,
} from '../posture/posture.rules.js';
import { controlMembers, numberMembers } from '../posture/requirement-members.rules.js';

/** Facts about a control besides its status. */
export interface ControlFacts {
  reason: string;
  openFindings: number;
}

const ORDER = { failing: 0, partial: 1, not_assessed: 2 };
/** Tools give evidence for controls of these kinds; people answer for the others. */
const EVALUATED_BY_TOOLS: ReadonlySet<Control['kind']> = new Set(['technology', 'data']);

/** The unmet requirements, worst first, with the reason and the gain in score. */
export function gapsOf(
  framework: Framework,
  inputs: PostureInputs,
  factsOf: (controlId: string) => ControlFacts | undefined,
): RequirementGap[] {
  const statusOf = (controlId: string) => inputs.statusOf(controlId, framework.id);
  const postures = framework.requirements.filter(isCounted).map((requirement) => ({
    requirement,
    posture: requirementOf(framework, requirement, inputs),
  }));
  const total = postures
    .filter(({ posture }) => posture.status !== 'not_applicable')
    .reduce((sum, { posture }) => sum + posture.weight, 0);
  return postures
    .flatMap(({ requirement, posture }): RequirementGap[] => {
      const { status } = posture;
      if (status === 'satisfied' || status === 'not_applicable') return [];
      const attestationMissing =
        requirement.attestation && !inputs.attested(framework.id, requirement.id);
      const { id, title, section } = requirement;
      return [
        {
          ...{ id, title, section, status, attestationMissing },
          why: whyOf(framework, requirement, attestationMissing, inputs),
          gain: pointsOf(posture, total),
          judgedBy: judgesOf(requirement, inputs),
          controls: openControls(requirement, { ...inputs, statusOf }, factsOf),
        },
      ];
    })
    .sort((a, b) => ORDER[a.status] - ORDER[b.status] || b.gain - a.gain);
}

/** Percentage points with two decimals. */
function pointsOf({ weight, value }: RequirementPosture, total: number): number {
  return total === 0 ? 0 : Math.round(((weight * (1 - value)) / total) * 10_000) / 100;
}

function openControls(
  { controls }: Requirement,
  { catalogue, statusOf }: PostureInputs,
  factsOf: (controlId: string) => ControlFacts | undefined,
): RequirementGap['controls'] {
  return controls.flatMap(({ controlId, relation }) => {
    const status = statusOf(controlId) ?? 'not_assessed';
    if (status === 'implemented' || status === 'not_applicable') return [];
    const control = catalogue.controls.get(controlId);
    const { reason = 'Nothing has been imported yet.', openFindings = 0 } =
      factsOf(controlId) ?? {};
    const title = control?.title ?? controlId;
    const kind = control?.kind ?? null;
    return [{ id: controlId, title, kind, relation, status, reason, openFindings }];
  });
}

/** One sentence that names failing, partial and unassessed controls, expired ones, unmet numbers and a missing attestation. */
export function whyOf(
  framework: Framework,
  requirement: Requirement,
  attestationMissing: boolean,
  inputs: PostureInputs,
): string {
  const { controls } = requirement;
  const members = controlMembers(framework, requirement, inputs);
  const idsWith = (status: string) =>
    members.filter((member) => member.status === status).map(({ controlId }) => controlId);
  const parts = [
    [idsWith('not_implemented'), 'not implemented'],
    [idsWith('partial'), 'implemented in part'],
    [idsWith('not_assessed'), 'not assessed'],
  ] as const;
  const reasons = parts
    .filter(([ids]) => ids.length > 0)
    .map(([ids, what]) => `${ids.join(', ')} ${ids.length > 1 ? 'are' : 'is'} ${what}`);
  const lapsed = members.map(({ controlId: id }) => {
    return { id, implementedUntil: inputs.standingOf?.(id, framework.id)?.implementedUntil };
  });
  reasons.push(...lapsedControlTexts(lapsed));
  if (attestationMissing) {
    reasons.push(
      controls.length === 0
        ? 'no control covers it: a person has to attest it'
        : 'a person has to attest the part that controls do not cover',
    );
  }
  for (const { parameter, status } of numberMembers(framework, requirement, inputs)) {
    if (status === 'implemented') continue;
    const { title = parameter } = inputs.catalogue.parameters.get(parameter) ?? {};
    const what = status === 'not_implemented' ? 'does not meet what is asked' : 'is not proven';
    reasons.push(`“${title}” ${what}`);
  }
  if (inputs.givenFor?.(framework.id, requirement.id)?.answer === 'no') {
    reasons.push('a person answered “no”');
  }
  const text = reasons.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function judgesOf(
  { controls, attestation }: Requirement,
  { catalogue }: PostureInputs,
): RequirementGap['judgedBy'] {
  const judged = controls.map(({ controlId }) => {
    const kind = catalogue.controls.get(controlId)?.kind;
    return kind !== undefined && EVALUATED_BY_TOOLS.has(kind);
  });
  if (!judged.includes(true)) return 'people';
  return attestation || judged.includes(false) ? 'tools_and_people' : 'tools';
}
