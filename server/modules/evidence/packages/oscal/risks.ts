import type { ControlAt } from '../package-state.js';
import { figure, prop } from './document.js';
import { line, uuidOf } from './uuid.js';

/** The open findings or decision of a control. */
export function riskOf(key: readonly string[], control: ControlAt) {
  const { id, title, status, reason, openFindings } = control;
  return {
    uuid: uuidOf(...key, 'risk', id),
    title: line(`${id} ${title}`),
    description: reason,
    statement: statementOf(control),
    props: [
      prop('control', id),
      prop('control-status', status),
      prop('open-findings', String(openFindings)),
      prop('passing', figure(control.passing)),
      ...ageProps(control),
    ],
    status: 'open',
  };
}

/** Whether a control's status stands on evidence that is outside the period, or lost evidence that expired. */
export function ageProps({ id, reason, expired, note }: ControlAt) {
  return [
    ...(expired ? [prop('expired-evidence', id, reason)] : []),
    ...(note === undefined ? [] : [prop('older-evidence', id, note)]),
  ];
}

function statementOf({ openFindings, failingChecks, decision }: ControlAt): string {
  if (openFindings === 0) return decisionText(decision) || 'No scan has open findings.';
  const checks = failingChecks.slice(0, 20).map(({ checkId, fail }) => `${checkId} (${fail})`);
  const noun = openFindings === 1 ? 'finding' : 'findings';
  const more = failingChecks.length - checks.length;
  const rest = more > 0 ? ` and ${more} more checks` : '';
  return `${openFindings} open ${noun}: ${checks.join(', ')}${rest}`;
}

/** A decision with its people, end and reason as one text. */
export function decisionText(decision: ControlAt['decision']): string {
  if (!decision) return '';
  const { kind, status, actor, approver, at, expiresAt, justification } = decision;
  const what = [kind, ...(status ? [status] : [])].join(': ').replaceAll('_', ' ');
  const agreed = approver ? `, agreed by ${approver}` : '';
  const until = expiresAt ? `, until ${expiresAt.slice(0, 10)}` : '';
  return `${what}, by ${actor} on ${at.slice(0, 10)}${agreed}${until}. ${justification}`;
}
