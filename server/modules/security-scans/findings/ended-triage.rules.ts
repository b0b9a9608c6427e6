import type { StoredFinding } from './stored-finding.js';

type Triaged = Pick<StoredFinding, 'status' | 'triage' | 'triageExpiresAt' | 'endedTriage'>;

/** What a finding keeps of a person's expired triage, to explain why it is open. */
export function openedAgain({
  status,
  triage,
  triageExpiresAt,
}: Triaged): Pick<StoredFinding, 'triage' | 'triageExpiresAt' | 'endedTriage'> {
  if (!triage) return { triage: null, triageExpiresAt: null };
  const { reason, actor } = triage;
  return { triage: null, triageExpiresAt, endedTriage: { status, reason, actor } };
}

/** The end of a person's triage after a report was read: it continues, it has ended, or there is none. */
export function triageEnd(
  stored: Triaged | null,
  status: StoredFinding['status'],
): Pick<StoredFinding, 'triageExpiresAt' | 'endedTriage'> {
  if (!stored || stored.status === 'resolved' || status === 'resolved')
    return { triageExpiresAt: null };
  const { triage, triageExpiresAt, endedTriage } = stored;
  if (status === stored.status) {
    if (triage && !triage.byTool) return { triageExpiresAt };
    return endedTriage ? { triageExpiresAt, endedTriage } : { triageExpiresAt: null };
  }
  if (status !== 'open' || !triage || triage.byTool) return { triageExpiresAt: null };
  const { triage: _, ...ended } = openedAgain(stored);
  return ended;
}
