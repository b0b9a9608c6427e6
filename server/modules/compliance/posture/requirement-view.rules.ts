import type { AskedNumber, RequirementState } from '../../../../contract/compliance.js';
import type { Catalogue, Framework, Requirement } from '../../catalogue/index.js';
import type { Attestation } from '../attestations/attestation.js';
import type { ControlStanding } from './control-standing.js';
import type { RequirementPosture } from './posture.rules.js';
import {
  type ControlMember,
  controlMembers,
  type NumberMember,
  numberMembers,
  type PostureInputs,
} from './requirement-members.rules.js';
import { attests } from './team-inputs.rules.js';

/** What requirements are shown from. */
export interface ShownPosture extends Required<PostureInputs> {
  /** All frameworks of the team, active or not. */
  library: Catalogue;
  attestations: ReadonlyMap<string, Attestation>;
  /** Not expired, but the requirement has changed since. */
  outdated: ReadonlyMap<string, Attestation>;
}

/** How many answers a sentence names. */
const MAX_NAMED = 2;

/** A requirement as shown: its status with what it comes from. */
export function requirementView(
  framework: Framework,
  requirement: Requirement,
  state: RequirementPosture | undefined,
  snapshot: ShownPosture,
): RequirementState {
  const { id, title, section, counted } = requirement;
  const attestation = requirement.attestation && counted !== false;
  const key = `${framework.id}/${id}`;
  const given = snapshot.attestations.get(key);
  const outdated = snapshot.outdated.get(key);
  const members = new Map(
    controlMembers(framework, requirement, snapshot).map((member) => [member.controlId, member]),
  );
  const numbers = numberMembers(framework, requirement, snapshot);
  return {
    id,
    title,
    section,
    status: state?.status ?? 'not_applicable',
    ...(counted === false ? { counted } : {}),
    ...(framework.moves?.[id] ? { movesTo: [...framework.moves[id]] } : {}),
    value: state?.value ?? 0,
    coverage: state?.coverage ?? 0,
    weight: state?.weight ?? 0,
    attestationNeeded: attestation,
    attestation: given && isAttestation(given, attestation) ? given : null,
    outdatedAttestation: outdated && isAttestation(outdated, attestation) ? outdated : null,
    ...(given?.answer ? { answer: answerView(given, given.answer) } : {}),
    ...(numbers.length > 0 ? { numbers: numbers.map((each) => numberView(each, snapshot)) } : {}),
    controls: requirement.controls.map(({ controlId, relation }) => ({
      id: controlId,
      title: snapshot.catalogue.controls.get(controlId)?.title ?? controlId,
      relation,
      status: snapshot.statusOf(controlId, framework.id) ?? 'not_assessed',
      ...lapseOf(snapshot.standingOf(controlId, framework.id)),
      ...countsOf(members.get(controlId), snapshot),
    })),
  };
}

/** Whether a statement attests the requirement: answers to requirements that controls cover do not. */
export function isAttestation(given: Attestation, needed: boolean): boolean {
  return attests(given) && (given.answer === undefined || needed);
}

function answerView(
  { statement, actor, at, expiresAt, unsupported = false }: Attestation,
  value: NonNullable<Attestation['answer']>,
): NonNullable<RequirementState['answer']> {
  return { value, statement, actor, at, expiresAt, unsupported };
}

function lapseOf(standing: ControlStanding | undefined) {
  const { implementedUntil } = standing ?? {};
  return implementedUntil ? { implementedUntil } : {};
}

function countsOf(
  member: ControlMember | undefined,
  snapshot: ShownPosture,
): Pick<RequirementState['controls'][number], 'countsAs' | 'because'> {
  if (!member?.by) return {};
  const because =
    member.by === 'answer'
      ? 'by the answer to this requirement'
      : `from ${elsewhereText(member.elsewhere, snapshot)}; partial until somebody confirms it here`;
  return { countsAs: member.status, because };
}

function elsewhereText(elsewhere: ControlMember['elsewhere'], { library }: ShownPosture): string {
  const named = elsewhere.slice(0, MAX_NAMED).map(({ frameworkId, requirementId }) => {
    const name = library.frameworks.get(frameworkId)?.name ?? frameworkId;
    return `${name} ${requirementId}`;
  });
  const rest = elsewhere.length - named.length;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `your ${elsewhere.length === 1 ? 'answer' : 'answers'} to ${named.join(', ')}${more}`;
}

function numberView(member: NumberMember, { catalogue }: ShownPosture): AskedNumber {
  const { parameter, limit, status, stated } = member;
  const { title = parameter, unit = '' } = catalogue.parameters.get(parameter) ?? {};
  return { parameter, title, unit, ...limit, status, stated, why: numberText(member, unit) };
}

function numberText(
  { limit, status, stated, from, accounts, met }: NumberMember,
  unit: string,
): string {
  const asked =
    'min' in limit
      ? `At least ${limit.min} ${unit} asked for`
      : `At most ${limit.max} ${unit} asked for`;
  if (from === 'person') return `${asked}: a person states ${stated}.`;
  if (status === 'not_implemented') {
    return `${asked}: a check of ${stated} ${unit} fails.`;
  }
  if (stated !== null) {
    return `${asked}: checks show ${stated} in ${met} of ${accounts} ${accounts === 1 ? 'account' : 'accounts'}.`;
  }
  return accounts > 0
    ? `${asked}: the results of checks of other numbers show nothing about it.`
    : `${asked}: no check and no person states a number.`;
}
