import { wasAccepted } from './evidence.rules.js';
import type { PastRevision, StoredEvidence } from './stored-evidence.js';

/** The newest revision as one of the past, ending now; null when it never counted. */
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

/** An item as it is, and as it was with each revision that counted before: an audit of then asks for what held then. */
export function versionsOf(item: StoredEvidence): StoredEvidence[] {
  const { past = [], ...now } = item;
  const before = past.map((one): StoredEvidence => {
    const revisions = item.revisions.filter(({ number }) => number <= one.revision);
    const reviews = item.reviews.filter(({ revision }) => revision <= one.revision);
    return { ...now, ...one, state: 'approved', revisions, reviews, answers: [] };
  });
  return [...before, now];
}
