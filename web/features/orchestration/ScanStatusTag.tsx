import {
  Ban,
  CircleCheck,
  CircleX,
  Contrast,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';
import type { ScanStatus } from '../../../contract/orchestration.js';
import { words } from '../../ui/format.js';
import { Tag, type Tone } from '../../ui/Tag.js';

const looks: Record<ScanStatus, { tone: Tone; icon: LucideIcon }> = {
  queued: { tone: 'gray', icon: Hourglass },
  running: { tone: 'blue', icon: LoaderCircle },
  completed: { tone: 'green', icon: CircleCheck },
  partial: { tone: 'amber', icon: Contrast },
  failed: { tone: 'red', icon: CircleX },
  cancelled: { tone: 'gray', icon: Ban },
};

/** Status of a scan or of one of its sub-jobs. */
export function ScanStatusTag({
  status,
  isCancelling = false,
}: {
  status: ScanStatus;
  isCancelling?: boolean;
}) {
  if (isCancelling) {
    return (
      <Tag tone="amber" icon={Ban}>
        Stopping
      </Tag>
    );
  }
  return <Tag {...looks[status]}>{words(status)}</Tag>;
}
