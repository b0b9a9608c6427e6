import type { Answer } from '../../../../contract/assessments.js';
import type { TeamDoc } from '../../../platform/database/collection.js';
import type { KeptAttestation, StoredDecision } from '../../compliance/index.js';
import type { Subject } from '../questionnaires/form.rules.js';

/** What was answered to a question, and what it was about: kept with it, as a form may go with its assessment. */
export interface StoredAnswer extends TeamDoc, Omit<Answer, 'expired' | 'value'> {
  assessmentId: string;
  questionId: string;
  /** Null: taken back; its history stays. */
  value: Answer['value'] | null;
  title: string;
  subject: Subject;
  /** When this answer was made the team's decision about the control, or the requirement's attestation. */
  decidedAt: string | null;
  /** When its assessment was deleted. */
  deletedAt?: string | null;
  /** What it brought about and lost with the deletion of its assessment. */
  lost?: AnswerEffect | null;
}

/** A decision about a control, or the attestation of a requirement, as it was given. */
export type AnswerEffect = { decision: StoredDecision } | { attestation: KeptAttestation };
