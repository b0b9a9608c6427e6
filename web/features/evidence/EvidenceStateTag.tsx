import type { EvidenceState } from '../../../contract/evidence.js';
import { words } from '../../ui/format.js';
import { Tag, type Tone } from '../../ui/Tag.js';

const TONES: Record<EvidenceState, Tone> = {
  approved: 'green',
  auto_collected: 'blue',
  pending_review: 'amber',
  rejected: 'red',
  expired: 'gray',
};

export function EvidenceStateTag({ state }: { state: EvidenceState }) {
  return <Tag tone={TONES[state]}>{words(state)}</Tag>;
}
