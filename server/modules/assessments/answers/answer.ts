import type { Answer } from '../../../../contract/assessments.js';
import type { TeamDoc } from '../../../platform/database/collection.js';
import type { KeptAttestation, StoredDecision } from '../../compliance/index.js';
import type { Subject } from '../questionnaires/form.rules.js';

/** An answer with its question's subject, which is stored here as the form may be deleted with its assessment. */
export interface StoredAnswer extends TeamDoc, Omit<Answer, 'expired' | 'value' | 'support'> {
  assessmentId: string;
  questionId: string;
  /** Null when withdrawn; the history stays. */
  value: Answer['value'] | null;
  title: string;
  subject: Subject;
  /** When this answer became the team's decision about the control, or the requirement's attestation. */
  decidedAt: string | null;
  /** When its assessment was deleted. */
  deletedAt?: string | null;
  /** The effect that it lost when its assessment was deleted. */
  lost?: AnswerEffect | null;
}

/** A decision about a control or an attestation of a requirement, as given. */
export type AnswerEffect = { decision: StoredDecision } | { attestation: KeptAttestation };
