import { Ban, CircleCheck, CircleDot, EyeOff, Handshake, type LucideIcon } from 'lucide-react';
import type { FindingStatus } from '../../../contract/security-scans.js';
import { words } from '../../ui/format.js';
import { Tag, type Tone } from '../../ui/Tag.js';

const looks: Record<FindingStatus, { tone: Tone; icon: LucideIcon }> = {
  open: { tone: 'red', icon: CircleDot },
  resolved: { tone: 'green', icon: CircleCheck },
  suppressed: { tone: 'gray', icon: EyeOff },
  accepted: { tone: 'blue', icon: Handshake },
  false_positive: { tone: 'gray', icon: Ban },
};

export function FindingStatusTag({ status }: { status: FindingStatus }) {
  return <Tag {...looks[status]}>{words(status)}</Tag>;
}
