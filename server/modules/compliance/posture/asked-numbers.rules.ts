import type { ControlStatus, StatedNumber } from '../../../../contract/compliance.js';
import type { Limit } from '../../catalogue/index.js';

/** What is known about a number that a requirement asks for. */
export interface NumberVerdict {
  status: Extract<ControlStatus, 'implemented' | 'partial' | 'not_implemented' | 'not_assessed'>;
  /** The decisive number of checks or of a person; null when nothing states one. */
  stated: number | null;
  from: 'checks' | 'person' | null;
  /** Accounts whose checks state a number, and those of them that show one which meets it. */
  accounts: number;
  met: number;
}

/**
 * A number is met when a passing check states one that meets it in every account whose checks state any,
 * or when a person states one. A fail of a check that states no more than is asked fails it; a fail of a
 * stricter check, and a pass of a laxer one, show nothing.
 */
export function verdictOn(
  limit: Limit,
  stated: readonly StatedNumber[],
  answered: number | undefined,
): NumberVerdict {
  const judged = stated.map((group) => ({ ...group, ...judgeAccount(limit, group.results) }));
  const accounts = sum(judged);
  const met = sum(judged.filter(({ outcome }) => outcome === 'met'));
  const checks = { accounts, met, from: 'checks' as const };
  const failed = judged.find(({ outcome }) => outcome === 'failed');
  if (failed) return { status: 'not_implemented', stated: failed.value, ...checks };
  if (answered !== undefined) {
    const status = meets(limit, answered) ? 'implemented' : 'not_implemented';
    return { status, stated: answered, from: 'person', accounts, met };
  }
  const [shown] = judged.filter(({ outcome }) => outcome === 'met');
  if (!shown) return { status: 'not_assessed', stated: null, from: null, accounts, met };
  return { status: met === accounts ? 'implemented' : 'partial', stated: shown.value, ...checks };
}

export function meets(limit: Limit, value: number): boolean {
  return 'min' in limit ? value >= limit.min : value <= limit.max;
}

function judgeAccount(
  limit: Limit,
  results: StatedNumber['results'],
): { outcome: 'met' | 'failed' | 'unknown'; value: number | null } {
  const failed = results.find(({ value, result }) => result === 'fail' && rulesOut(limit, value));
  if (failed) return { outcome: 'failed', value: failed.value };
  const shown = results.find(({ value, result }) => result === 'pass' && meets(limit, value));
  return shown ? { outcome: 'met', value: shown.value } : { outcome: 'unknown', value: null };
}

/** Whether a fail of a check of this number shows that the limit is missed. */
function rulesOut(limit: Limit, value: number): boolean {
  return 'min' in limit ? value <= limit.min : value >= limit.max;
}

function sum(groups: readonly Pick<StatedNumber, 'accounts'>[]): number {
  return groups.reduce((total, { accounts }) => total + accounts, 0);
}
