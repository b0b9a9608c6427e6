import type { AnswerValue } from '../../../../contract/assessments.js';
import type { ControlDecision, ControlStatus } from '../../../../contract/compliance.js';
import { currentRequirementId } from '../../catalogue/index.js';
import type { GivenAttestation } from '../../compliance/index.js';
import type { StoredAnswer } from './answer.js';
import { isPartialAtMost } from './answer-support.rules.js';

const STATUS = {
  yes: 'implemented',
  partially: 'partial',
  no: 'not_implemented',
} as const satisfies Partial<Record<AnswerValue, ControlStatus>>;

/** The status that an answer about a control decides; null for “not applicable”. */
export function statusOf(answer: StoredAnswer): (typeof STATUS)[keyof typeof STATUS] | null {
  const { value } = answer;
  if (!value || value === 'not_applicable') return null;
  return isPartialAtMost(answer) ? 'partial' : STATUS[value];
}

/** Which decisions and attestations people still mean: those that an answer that holds stands for. */
export interface Meant {
  decision: (controlId: string) => (decision: ControlDecision) => boolean;
  attestation: (attestation: GivenAttestation) => boolean;
}

export function meantBy(answers: readonly StoredAnswer[]): Meant {
  const said = new Set(answers.flatMap(keyOf));
  return {
    decision: (controlId) => (made) => said.has(decisionKey(controlId, made)),
    attestation: (made) => said.has(attestationKey(made)),
  };
}

/** An answer that says other than what it once decided stands for nothing. */
function keyOf(answer: StoredAnswer): string[] {
  const { subject, value, decidedAt } = answer;
  const { kind, controls, frameworkId = '', requirementId = '' } = subject;
  if (!decidedAt || !value) return [];
  const [control] = controls;
  if (kind === 'control' && control) {
    const isOut = value === 'not_applicable';
    const made = {
      kind: isOut ? ('not_applicable' as const) : ('answer' as const),
      status: statusOf(answer),
      at: decidedAt,
    };
    return [decisionKey(control.controlId, made)];
  }
  if (kind !== 'requirement' || value === 'not_applicable') return [];
  return [attestationKey({ frameworkId, requirementId, at: decidedAt })];
}

function decisionKey(
  controlId: string,
  { kind, status, at }: Pick<ControlDecision, 'kind' | 'status' | 'at'>,
): string {
  return JSON.stringify(['control', controlId, kind, status, at]);
}

function attestationKey({
  frameworkId,
  requirementId,
  at,
}: Pick<GivenAttestation, 'frameworkId' | 'requirementId' | 'at'>): string {
  const id = currentRequirementId(frameworkId, requirementId);
  return JSON.stringify(['requirement', frameworkId, id, at]);
}
