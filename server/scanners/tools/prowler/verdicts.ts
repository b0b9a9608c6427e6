import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import { worstOf, worstSeverityOf } from '../../rows/stated-verdicts.js';

const VERDICT_OF: ReadonlyMap<string, Verdict> = new Map([
  ['PASS', 'pass'],
  ['PASSED', 'pass'],
  ['FAIL', 'fail'],
  ['FAILED', 'fail'],
  // OCSF's word for a fail. Its "Success" may be that of the run, and proves no pass.
  ['FAILURE', 'fail'],
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
export function verdictOf(word: string): Verdict {
  return VERDICT_OF.get(word.trim().toUpperCase()) ?? 'not_evaluated';
}

/** The worst of what the members of a result state. */
export function statedVerdict({
  status,
  alsoStated = [],
}: {
  status: string;
  alsoStated?: readonly { by: string; word: string }[];
}) {
  const others = alsoStated.filter(({ word }) => word.length < 20 && isVerdictWord(word));
  if (others.length === 0) return { means: verdictOf(status) };
  const all = [...(status.trim() === '' ? [] : [{ by: 'status', word: status }]), ...others].map(
    (each) => ({ ...each, means: verdictOf(each.word) }),
  );
  // That it is muted says nothing about the verdict beneath.
  const beneath = all.filter(({ means }) => means !== 'muted');
  return worstOf(beneath.length > 0 ? beneath : all, 'not_evaluated');
}

/** Muted by a mute list, whatever the verdict. */
export function withMuting(
  stated: Verdict,
  muted: boolean,
): { verdict: Verdict; mutedVerdict: 'pass' | 'fail' | null } {
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

/** By name and id, the worse of both; medium if neither is known, so that nothing is overlooked. */
export function severityIn(name: string, id: number | null) {
  const byName = SEVERITY_OF.get(name.trim().toLowerCase());
  const byId = SEVERITY_OF_ID.get(id ?? 0);
  if (byName === byId || byId === undefined) return { means: byName ?? byId ?? 'medium' };
  return worstSeverityOf(
    [
      ...(byName ? [{ by: 'severity', word: name, means: byName }] : []),
      { by: 'severity_id', word: String(id), means: byId },
    ],
    'medium',
  );
}
