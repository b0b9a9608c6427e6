import type { RequirementState } from '../../../../../contract/framework.js';
import { requirementCommand } from '../../../../../contract/framework-words.js';
import { currentReference } from '../../items/present-evidence.js';
import { type ControlAt, isOpen, type PackageState, type RequirementAt } from '../package-state.js';
import { figure, prop, some } from './document.js';
import { ageProps, decisionText } from './risks.js';
import { line, tokenOf, uuidOf } from './uuid.js';

const STATUS: Record<
  RequirementState['status'],
  { state: string; reason: string; implemented: string }
> = {
  satisfied: { state: 'satisfied', reason: 'pass', implemented: 'implemented' },
  failing: { state: 'not-satisfied', reason: 'fail', implemented: 'planned' },
  partial: { state: 'not-satisfied', reason: 'other', implemented: 'partial' },
  not_assessed: { state: 'not-satisfied', reason: 'other', implemented: 'planned' },
  not_applicable: { state: 'not-satisfied', reason: 'other', implemented: 'not-applicable' },
};
const REMARKS: Record<RequirementState['status'], string> = {
  satisfied: 'Every control of the requirement is implemented, and attested where required.',
  failing: 'A control of the requirement is not implemented.',
  partial: 'Something was evaluated; the requirement is not met as a whole.',
  not_assessed: 'Not assessed: there is no evidence. Unknown does not count as satisfied.',
  not_applicable: 'Not applicable by a person’s decision. It is neither satisfied nor failing.',
};

/** The status of a requirement, with its evidence and open risks. */
export function findingOf(state: PackageState, requirement: RequirementAt, key: readonly string[]) {
  const { id, title, status, controls, attestation } = requirement;
  const { state: verdict, reason, implemented } = STATUS[status];
  const ids = new Set(controls.map((control) => control.id));
  const related = state.items.filter(
    (item) =>
      item.requirements.map(currentReference).includes(`${state.framework.id}/${id}`) ||
      item.controlIds.some((control) => ids.has(control)),
  );
  const own = state.controls.filter((control) => ids.has(control.id));
  const risks = own.filter(isOpen);
  const decided = own.filter(({ decision }) => decision !== null);
  const byOverride = status === 'satisfied' ? decided.filter(isOverride) : [];
  const remarks = [
    REMARKS[status],
    ...byOverride.map(({ id: of }) => overrideRemark(of)),
    ...ageRemarks(own),
  ].join(' ');
  // OSCAL omits the status when nothing is known.
  const implementation =
    status === 'not_assessed' || status === 'failing'
      ? {}
      : { 'implementation-status': { state: implemented } };
  return {
    uuid: uuidOf(...key, 'finding', id),
    title: line(`${id} ${title}`),
    description: remarks,
    target: {
      type: 'objective-id',
      'target-id': tokenOf(id),
      title: line(title),
      props: [
        prop('requirement', id),
        prop('status', status),
        prop('attested', String(attestation !== null)),
        prop('passing', figure(requirement.passing)),
        prop('expired-points', String(requirement.expiredPoints ?? 0)),
        prop('page', requirement.page, requirementCommand(state.framework.id, id)),
        ...controls.map((control) =>
          prop('control', control.id, `${control.relation}: ${control.status}`),
        ),
        ...decided.map(({ id: of, decision }) => prop('decision', of, decisionText(decision))),
        ...own
          .filter(({ contradicted }) => contradicted)
          .map((control) => prop('contradicted', control.id, control.reason)),
        ...own.flatMap(ageProps),
      ],
      // An override of the evidence did not pass an assessment.
      status: { state: verdict, reason: byOverride.length > 0 ? 'other' : reason, remarks },
      ...implementation,
    },
    ...some(
      'related-observations',
      related.map((item) => ({
        'observation-uuid': uuidOf('observation', item.id, String(item.revision)),
      })),
    ),
    ...some(
      'related-risks',
      risks.map((control) => ({ 'risk-uuid': uuidOf(...key, 'risk', control.id) })),
    ),
  };
}

const isOverride = ({ decision }: ControlAt) => decision?.kind === 'override';

/** Which of its controls stand on evidence outside the period, or lost evidence that expired. */
function ageRemarks(own: readonly ControlAt[]): string[] {
  const ids = (found: readonly ControlAt[]) => found.map(({ id }) => id).join(', ');
  const older = own.filter(({ note }) => note !== undefined);
  const expired = own.filter((control) => control.expired !== undefined);
  return [
    ...(older.length > 0 ? [`Rests on results outside the period: ${ids(older)}.`] : []),
    ...(expired.length > 0 ? [`Evidence has expired: ${ids(expired)}.`] : []),
  ];
}

const overrideRemark = (controlId: string) =>
  `${controlId} counts as implemented by a person’s override, not by its evidence.`;
