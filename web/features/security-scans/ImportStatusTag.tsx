import { CircleCheck, CircleX, Contrast, Hourglass, type LucideIcon, Undo2 } from 'lucide-react';
import type { ImportStatus } from '../../../contract/security-scans.js';
import { words } from '../../ui/format.js';
import { Tag, type Tone } from '../../ui/Tag.js';

const running = { tone: 'blue', icon: Hourglass } as const;
const looks: Record<ImportStatus, { tone: Tone; icon: LucideIcon }> = {
  queued: running,
  reading: running,
  applying: running,
  completed: { tone: 'green', icon: CircleCheck },
  partial: { tone: 'amber', icon: Contrast },
  failed: { tone: 'red', icon: CircleX },
  undoing: running,
  undone: { tone: 'gray', icon: Undo2 },
};

export function ImportStatusTag({ status }: { status: ImportStatus }) {
  return <Tag {...looks[status]}>{words(status)}</Tag>;
}
