import { wasAccepted } from './evidence.rules.js';
import type { PastRevision, StoredEvidence } from './evidence-item.js';

/** The newest revision as a past one that ends now; null when it never counted. */
export function asPast(item: StoredEvidence, now: string): PastRevision | null {
  const isAccepted = (item.state === 'approved' || item.state === 'expired') && wasAccepted(item);
  const expiresAt = item.expiresAt < now ? item.expiresAt : now;
  if (!isAccepted || item.effectiveFrom >= expiresAt) return null;
  const { revision, controlIds, requirements, collectedAt, effectiveFrom, effectiveTo } = item;
  return {
    ...{ revision, controlIds, requirements, collectedAt, effectiveFrom },
    effectiveTo: effectiveTo !== null && effectiveTo < expiresAt ? effectiveTo : expiresAt,
    expiresAt,
  };
}

/** The item with its newest revision and with each earlier one that counted, for audits of a past period. */
export function versionsOf(item: StoredEvidence): StoredEvidence[] {
  const { past = [], ...now } = item;
  const before = past.map((one): StoredEvidence => {
    const revisions = item.revisions.filter(({ number }) => number <= one.revision);
    const reviews = item.reviews.filter(({ revision }) => revision <= one.revision);
    return { ...now, ...one, state: 'approved', revisions, reviews, answers: [] };
  });
  return [...before, now];
}
