import type { MatchReason } from '../../../../contract/compliance.js';
import type { KnownChecks } from '../../catalogue/index.js';
import { type CheckEvidence, type CheckResult, provesPasses } from '../../security-scans/index.js';
import { isExpired, lastDayOf, type Validity, type Withheld } from '../engine/evidence.rules.js';
import { withholding } from '../engine/withheld.rules.js';

/** How good the evidence of a result is, which decides whether a pass counts. */
export interface EvidenceQuality {
  /** A complete report covered the scope of the result. */
  complete: boolean;
  /** Why a pass does not count, if it does not. */
  withheld?: Withheld;
  /** The last day on which its check counted in the account; absent while it counts. */
  validUntil?: string;
}

export type QualityOf = (result: CheckResult, match: MatchReason) => EvidenceQuality;

/** The quality of results as the engine judges it at a moment. */
export function evidenceQuality(
  scopes: CheckEvidence['scopes'],
  matches: readonly { reason: MatchReason }[],
  checks: KnownChecks,
  at: Validity,
): QualityOf {
  const complete = new Set(scopes.filter(provesPasses).map(scopeOf));
  const withheldFor = withholding(scopes, matches, checks, at);
  const newest = new Map<string, string>();
  for (const scope of scopes) {
    const key = accountOf(scope);
    if (scope.lastSeenAt > (newest.get(key) ?? '')) newest.set(key, scope.lastSeenAt);
  }
  return (result, match) => {
    const seenAt = newest.get(accountOf(result));
    const isOld = seenAt !== undefined && isExpired(seenAt, at);
    return {
      complete: complete.has(scopeOf(result)),
      withheld: withheldFor(result, match),
      ...(isOld ? { validUntil: lastDayOf(seenAt, at.settings) } : {}),
    };
  };
}

type ScopeParts = Pick<CheckResult, 'tool' | 'checkId' | 'provider' | 'accountId' | 'region'>;

/** The same key that the engine uses for coverage. */
const scopeOf = ({ tool, checkId, provider, accountId, region }: ScopeParts) =>
  JSON.stringify([tool, checkId, provider, accountId, region]);

/** Evidence expires by check and account. */
const accountOf = ({ tool, checkId, provider, accountId }: Omit<ScopeParts, 'region'>) =>
  JSON.stringify([tool, checkId, provider, accountId]);
