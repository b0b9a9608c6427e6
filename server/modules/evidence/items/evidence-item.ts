import type { ControlStatus } from '../../../../contract/control.js';
import type {
  EvidenceItem,
  EvidenceReview,
  EvidenceRevision,
} from '../../../../contract/evidence.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

type PublicFields = Pick<
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

export interface StoredEvidence extends TeamDoc, PublicFields {
  /** `framework/requirement`. */
  requirements: string[];
  /** Number of the newest revision; changes are conditional on it. */
  revision: number;
  revisions: EvidenceRevision[];
  reviews: EvidenceReview[];
  answers: { controlId: string; status: ControlStatus; at: string }[];
  /** SHA-256 of the upload before masking, null once removed; unique, so the same content is stored once. */
  contentKey: string | null;
  /** The same for the newest revision, kept after removal. */
  uploadKey: string | null;
  /** Lower case, for search. */
  searched: string;
  /** User who uploaded the newest revision; null for collected items. */
  uploaderId: string | null;
  /** Users who changed its links or dates since the last approval. */
  changedBy?: string[];
  /** Revisions that counted before the newest, oldest first. */
  past?: PastRevision[];
}

/** Links and dates of an accepted revision, kept when a newer one replaces it. */
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
