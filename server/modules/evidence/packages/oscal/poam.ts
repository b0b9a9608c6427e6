import { type ControlAt, isOpen, type PackageState } from '../package-state.js';
import { figure, figureProps, metadata, prop } from './document.js';
import { ageProps, decisionText, riskOf } from './risks.js';
import { line, uuidOf } from './uuid.js';

/**
 * OSCAL 1.2 plan of action and milestones: an item for each control with open findings, or with a person's answer
 * that it is not fully implemented. Null when there is none.
 */
export function planOfAction(state: PackageState) {
  const { team, framework, from, to, controls } = state;
  const key = [team, framework.id, from, to];
  const open = controls.filter(isOpen);
  if (open.length === 0) return null;
  return {
    'plan-of-action-and-milestones': {
      uuid: uuidOf(...key, 'poam'),
      metadata: {
        ...metadata(state, `Plan of action and milestones: ${framework.name}`),
        props: figureProps(state),
      },
      'system-id': { id: uuidOf(team, 'system') },
      risks: open.map((control) => riskOf(key, control)),
      'poam-items': open.map((control) => itemOf(state, key, control)),
    },
  };
}

function itemOf({ framework }: PackageState, key: readonly string[], control: ControlAt) {
  const { id, title, reason, weight, failingChecks, openFindings, decision, passing } = control;
  const affected = framework.requirementStates.filter(
    ({ counted, controls }) => counted !== false && controls.some((one) => one.id === id),
  );
  return {
    uuid: uuidOf(...key, 'poam-item', id),
    title: line(`${id} ${title}`),
    description: [
      reason,
      ...(decision ? [decisionText(decision)] : []),
      ...failingChecks.map(
        (check) =>
          `${check.severity}: ${check.title} (${check.tool} ${check.checkId}), ${check.fail} failing`,
      ),
    ].join('\n'),
    props: [
      prop('weight', String(weight)),
      prop('open-findings', String(openFindings)),
      prop('passing', figure(passing)),
      ...affected.map((one) => prop('requirement', one.id, one.page)),
      ...ageProps(control),
    ],
    'related-risks': [{ 'risk-uuid': uuidOf(...key, 'risk', id) }],
  };
}
