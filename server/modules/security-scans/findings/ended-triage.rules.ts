import type { StoredFinding } from './findings.repository.js';

type Triaged = Pick<StoredFinding, 'status' | 'triage' | 'triageExpiresAt' | 'endedTriage'>;

/** What a finding keeps of a person's triage that ran out, so that it can be told why it is open. */
export function openedAgain({
  status,
  triage,
  triageExpiresAt,
}: Triaged): Pick<StoredFinding, 'triage' | 'triageExpiresAt' | 'endedTriage'> {
  if (!triage) return { triage: null, triageExpiresAt: null };
  const { reason, actor } = triage;
  return { triage: null, triageExpiresAt, endedTriage: { status, reason, actor } };
}

/** The end of a person's triage once a report has been read: it goes on, it has ended by now, or there is none. */
export function triageEnd(
  life: Triaged | null,
  status: StoredFinding['status'],
): Pick<StoredFinding, 'triageExpiresAt' | 'endedTriage'> {
  if (!life || life.status === 'resolved' || status === 'resolved')
    return { triageExpiresAt: null };
  const { triage, triageExpiresAt, endedTriage } = life;
  if (status === life.status) {
    if (triage && !triage.byTool) return { triageExpiresAt };
    return endedTriage ? { triageExpiresAt, endedTriage } : { triageExpiresAt: null };
  }
  if (status !== 'open' || !triage || triage.byTool) return { triageExpiresAt: null };
  const { triage: _, ...ended } = openedAgain(life);
  return ended;
}
