import { Eye } from 'lucide-react';
import { reachWords } from '../features/identity/reach-words.js';
import { day } from '../ui/format.js';
import { Notice } from '../ui/Notice.js';
import { useAppState } from './AppStateContext.js';

/** Above the pages of an auditor who is limited: to what, and until when. */
export function AuditorNote() {
  const { membership, team } = useAppState();
  const { role, until, reach } = membership ?? {};
  if (role !== 'AUDITOR' || !(until || reach)) return null;
  const parts = [
    until ? `until ${day(until)}` : '',
    reach ? reachWords(reach, reach.frameworkName) : '',
  ];
  return (
    <Notice tone="blue" icon={Eye} title={`Auditor of ${team.name}`}>
      Read only, {parts.filter(Boolean).join(', ')}.
    </Notice>
  );
}
