import type { EvidenceSource, ScanSummary } from '../../../../contract/evidence.js';
import { expiryOf } from '../items/evidence.rules.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import { searchedText } from '../items/upload-item.js';

export interface CollectedParts {
  id: string;
  teamId: string;
  kind: 'scan' | 'answer' | 'attestation';
  title: string;
  description: string;
  source: EvidenceSource;
  controlIds: string[];
  requirements: string[];
  collectedAt: string;
  effectiveFrom: string;
  effectiveTo: string | null;
  summary: ScanSummary | null;
  content: { sha256: string; sizeBytes: number };
  now: string;
}

/** An automatically collected item: one revision and no uploader. */
export function collectedItem(parts: CollectedParts): StoredEvidence {
  const { content, now, collectedAt, source, ...rest } = parts;
  const expiresAt = expiryOf(parts, []);
  const fileName = `${rest.kind}-${rest.id}.json`;
  const by = source.person ?? 'OffloadSecurity';
  return {
    ...rest,
    source,
    collectedAt,
    state: expiresAt <= now ? 'expired' : 'auto_collected',
    createdAt: now,
    createdBy: by,
    expiresAt,
    renewalRequestedAt: null,
    deletedAt: null,
    revision: 1,
    revisions: [
      {
        number: 1,
        ...content,
        mediaType: 'application/json',
        fileName,
        masked: true,
        uploadedAt: now,
        uploadedBy: by,
      },
    ],
    reviews: [],
    answers: [],
    contentKey: rest.id,
    uploadKey: rest.id,
    searched: searchedText({ title: rest.title, source, fileName }),
    uploaderId: null,
  };
}
