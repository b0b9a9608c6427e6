import type { ControlStatus } from '../../../../contract/control.js';
import type {
  EvidenceItem,
  EvidenceReview,
  EvidenceRevision,
} from '../../../../contract/evidence.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

type Kept = Pick<
  EvidenceItem,
  | 'kind'
  | 'state'
  | 'title'
  | 'description'
  | 'source'
  | 'controlIds'
  | 'effectiveFrom'
  | 'effectiveTo'
  | 'collectedAt'
  | 'createdAt'
  | 'createdBy'
  | 'expiresAt'
  | 'summary'
  | 'renewalRequestedAt'
  | 'deletedAt'
>;

export interface StoredEvidence extends TeamDoc, Kept {
  /** `framework/requirement`. */
  requirements: string[];
  /** Number of the newest revision: what a change was decided on. */
  revision: number;
  revisions: EvidenceRevision[];
  reviews: EvidenceReview[];
  answers: { controlId: string; status: ControlStatus; at: string }[];
  /** SHA-256 of what was uploaded, before masking, while the item is there: the same content is kept once. */
  contentKey: string | null;
  /** The same of the newest revision, also after removal. */
  uploadKey: string | null;
  /** Lower case, for search. */
  searched: string;
  /** User who uploaded the newest revision; null for what was collected. */
  uploaderId: string | null;
  /** Users who changed what it supports or how long, since it was last approved. */
  changedBy?: string[];
  /** Revisions that counted before the newest, oldest first. */
  past?: PastRevision[];
}

/** What a revision was accepted for and when it counted, kept when a newer one takes its place. */
export type PastRevision = Pick<
  StoredEvidence,
  | 'revision'
  | 'controlIds'
  | 'requirements'
  | 'collectedAt'
  | 'effectiveFrom'
  | 'effectiveTo'
  | 'expiresAt'
>;
