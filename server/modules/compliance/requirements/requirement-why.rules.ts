import type {
  ControlStateChange,
  RequirementState,
  RequirementStep,
} from '../../../../contract/compliance.js';
import type { RequirementWhy } from '../../../../contract/requirement.js';
import { type Framework, isCounted, type Requirement } from '../../catalogue/index.js';
import { whyOf } from '../gaps/gaps.rules.js';
import { gainOf, type PostureInputs, requirementOf, weightsOf } from '../posture/posture.rules.js';
import type { TeamControlState } from '../states/team-control-state.js';

const MAX_CHANGES = 25;
/** Sentences that a step takes from the control's explanation. */
const MAX_TEXTS = 3;

/** Why a requirement has its status, in one sentence. */
export function sentenceOf(
  framework: Framework,
  requirement: Requirement,
  { status, attestationNeeded, attestation, answer, controls }: RequirementState,
  inputs: PostureInputs,
): string {
  if (!isCounted(requirement)) return NO_OBLIGATION;
  if (status === 'not_applicable') return 'Every control of it was declared not applicable.';
  if (status === 'satisfied') {
    const byAnswer = controls.filter(({ countsAs }) => countsAs !== undefined).length;
    if (answer && byAnswer > 0) {
      const rest = byAnswer < controls.length ? '; its other controls are implemented' : '';
      return `${answer.actor} answered that it is met, with an explanation or evidence${rest}.`;
    }
    const isAttested = attestationNeeded && attestation !== null;
    if (requirement.controls.length === 0) return 'A person attested it.';
    const rest = isAttested ? ', and a person attested the rest' : '';
    return `Every control of it is implemented${rest}.`;
  }
  return whyOf(framework, requirement, attestationNeeded && attestation === null, inputs);
}

/** What would raise the framework's score by this requirement's members, most valuable first. */
export function stepsOf(
  framework: Framework,
  requirement: Requirement,
  state: RequirementState,
  inputs: PostureInputs,
  stateOf: (controlId: string) => TeamControlState | undefined,
): RequirementStep[] {
  if (!isCounted(requirement)) return [];
  const only = { ...inputs, catalogue: inputs.catalogue.with([framework]) };
  const weights = weightsOf(only);
  const ofControls = state.controls.flatMap((control): RequirementStep[] => {
    const counts = control.countsAs ?? control.status;
    if (counts === 'implemented' || counts === 'not_applicable') return [];
    const texts = stateOf(control.id)?.explanation.whatWouldChangeIt ?? [];
    return [
      {
        controlId: control.id,
        texts: texts.length > 0 ? texts.slice(0, MAX_TEXTS) : [NO_EVIDENCE],
        gain: gainOf(control.id, only, weights)[0]?.gain ?? 0,
      },
    ];
  });
  const ofNumbers = (state.numbers ?? [])
    .filter(({ status }) => status !== 'implemented')
    .map(
      ({ title, min, max, unit }): RequirementStep => ({
        controlId: null,
        texts: [`Show or state “${title}”: ${askedText({ min, max })} ${unit}.`],
        gain: 0,
      }),
    );
  const ofPeople = attesting(framework, requirement, state, only, weights);
  return [...ofControls, ...ofPeople, ...ofNumbers].sort(
    (a, b) => b.gain - a.gain || (`${a.controlId}` < `${b.controlId}` ? -1 : 1),
  );
}

function askedText({ min, max }: { min?: number; max?: number }): string {
  return min === undefined ? `at most ${max}` : `at least ${min}`;
}

const NO_OBLIGATION =
  'Not an obligation of yours: it binds others or only permits something, and counts in no figure.';
const NO_EVIDENCE = 'Import a scanner report that checks this control, or answer for it.';

function attesting(
  framework: Framework,
  requirement: Requirement,
  { attestationNeeded, attestation }: RequirementState,
  inputs: PostureInputs,
  weights: ReadonlyMap<string, number>,
): RequirementStep[] {
  if (!attestationNeeded || attestation !== null) return [];
  const before = requirementOf(framework, requirement, inputs);
  const given = { ...inputs, attested: () => true, givenFor: () => undefined };
  const after = requirementOf(framework, requirement, given);
  const points = (before.weight * (after.value - before.value)) / (weights.get(framework.id) || 1);
  const text =
    requirement.controls.length > 0
      ? 'Attest the part that its controls do not cover.'
      : 'Attest it: no control covers it.';
  const gain = Math.max(0, Math.round(points * 10_000) / 100);
  return [{ controlId: null, texts: [text], gain }];
}

/** Changes of status in the histories of controls, each newest first. */
export function statusChanges(
  histories: readonly (readonly ControlStateChange[])[],
): RequirementWhy['history'] {
  const changes = histories.flatMap((history) =>
    history.flatMap(({ controlId, at, status, cause, reason }, index) => {
      const before = history[index + 1] ?? null;
      if (before?.status === status) return [];
      return [{ controlId, at, from: before?.status ?? null, to: status, cause, reason }];
    }),
  );
  return changes.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, MAX_CHANGES);
}
