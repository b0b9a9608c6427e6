import type { Severity } from '../../../../contract/severity.js';
import type { CheckEvidence } from '../../security-scans/index.js';
import type { CheckTally } from './evidence.rules.js';

type Scope = CheckEvidence['scopes'][number];

/**
 * Adds up a check's scopes per account, regions together; those that only a cut-off report covered stay
 * apart. Answers tallies by tool and check.
 */
export function talliesByCheck(
  scopes: readonly Scope[],
  titleOf: (tool: string, checkId: string) => string,
): Map<string, CheckTally[]> {
  const tallies = new Map<string, Map<string, Mutable>>();
  for (const scope of scopes) {
    const check = checkKey(scope);
    const complete = scope.lastCompleteAt !== null;
    const ofCheck = tallies.get(check) ?? new Map<string, Mutable>();
    tallies.set(check, ofCheck);
    const key = `${scope.provider}/${scope.accountId}/${complete}`;
    const tally = ofCheck.get(key) ?? {
      tool: scope.tool,
      checkId: scope.checkId,
      title: titleOf(scope.tool, scope.checkId),
      accountId: accountOf(scope),
      complete,
      lastSeenAt: null,
      pass: {},
      fail: {},
      exempt: 0,
      unknown: 0,
    };
    ofCheck.set(key, tally);
    addScope(tally, scope);
  }
  return new Map([...tallies].map(([check, ofCheck]) => [check, [...ofCheck.values()]]));
}

type Mutable = CheckTally & {
  pass: Partial<Record<Severity, number>>;
  fail: Partial<Record<Severity, number>>;
};

function addScope(tally: Mutable, { lastSeenAt, tallies }: Scope): void {
  if (tally.lastSeenAt === null || lastSeenAt > tally.lastSeenAt) tally.lastSeenAt = lastSeenAt;
  for (const { standing, severity, exempt, count } of tallies) {
    if (standing === 'unknown') tally.unknown += count;
    if (standing === 'pass' || standing === 'fail') {
      tally[standing][severity] = (tally[standing][severity] ?? 0) + count;
    }
    if (standing === 'fail' && exempt) tally.exempt += count;
  }
}

export function checkKey({ tool, checkId }: { tool: string; checkId: string }): string {
  return `${tool}/${checkId}`;
}

/** How an account is named in explanations: with its provider, since ids of two providers may be equal. */
export function accountOf({
  provider,
  accountId,
}: {
  provider: string;
  accountId: string;
}): string {
  return `${provider}/${accountId || 'unnamed account'}`;
}
