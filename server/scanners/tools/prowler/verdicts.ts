import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';

const VERDICT_OF: ReadonlyMap<string, Verdict> = new Map([
  ['PASS', 'pass'],
  ['PASSED', 'pass'],
  ['FAIL', 'fail'],
  ['FAILED', 'fail'],
  ['MANUAL', 'manual'],
  // Prowler 3 wrote INFO for manual checks; its ASFF has INFOED or NOT_AVAILABLE.
  ['INFO', 'manual'],
  ['INFOED', 'manual'],
  ['NOT_AVAILABLE', 'manual'],
  ['MUTED', 'muted'],
  // Prowler writes WARNING for muted results only.
  ['WARNING', 'muted'],
  ['ERROR', 'error'],
]);

/** An unknown word is `not_evaluated`, never a pass. */
export function verdictOf(
  status: string,
  muted: boolean,
): { verdict: Verdict; mutedVerdict: 'pass' | 'fail' | null } {
  const stated = VERDICT_OF.get(status.trim().toUpperCase()) ?? 'not_evaluated';
  if (!muted) return { verdict: stated, mutedVerdict: null };
  return { verdict: 'muted', mutedVerdict: stated === 'pass' || stated === 'fail' ? stated : null };
}

/** True when the text is one of the words above. */
export function isVerdictWord(text: string): boolean {
  return VERDICT_OF.has(text.trim().toUpperCase());
}

const SEVERITY_OF: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'critical'],
  ['fatal', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['low', 'low'],
  ['informational', 'informational'],
  ['info', 'informational'],
]);

/** OCSF severity ids; 0 is unknown and 99 is other. */
const SEVERITY_OF_ID: ReadonlyMap<number, Severity> = new Map([
  [1, 'informational'],
  [2, 'low'],
  [3, 'medium'],
  [4, 'high'],
  [5, 'critical'],
  [6, 'critical'],
]);

/** By name, else by id; medium if neither is known, so that nothing is overlooked. */
export function severityOf(name: string, id: number | null): Severity {
  return SEVERITY_OF.get(name.trim().toLowerCase()) ?? SEVERITY_OF_ID.get(id ?? 0) ?? 'medium';
}
