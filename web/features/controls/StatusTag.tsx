import {
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleX,
  Contrast,
  type LucideIcon,
} from 'lucide-react';
import type { Assurance, ControlStatus, RequirementStatus } from '../../../contract/compliance.js';
import { words } from '../../ui/format.js';
import { Tag, type Tone } from '../../ui/Tag.js';

type Status = ControlStatus | RequirementStatus;

export const statusTones: Record<Status, Tone> = {
  implemented: 'green',
  satisfied: 'green',
  partial: 'amber',
  not_implemented: 'red',
  failing: 'red',
  not_applicable: 'blue',
  not_assessed: 'gray',
};

export const statusIcons: Record<Status, LucideIcon> = {
  implemented: CircleCheck,
  satisfied: CircleCheck,
  partial: Contrast,
  not_implemented: CircleX,
  failing: CircleX,
  not_applicable: CircleSlash,
  not_assessed: CircleDashed,
};

/** Status of a control or a requirement. */
export function StatusTag({ status }: { status: Status }) {
  return (
    <Tag tone={statusTones[status]} icon={statusIcons[status]}>
      {words(status)}
    </Tag>
  );
}

const assuranceTones: Record<Assurance, Tone> = {
  fresh: 'green',
  stale: 'amber',
  expired: 'red',
  conflicting: 'orange',
  none: 'gray',
};

export function AssuranceTag({ assurance }: { assurance: Assurance }) {
  if (assurance === 'none') return <Tag tone="gray">No evidence</Tag>;
  return <Tag tone={assuranceTones[assurance]}>{words(assurance)} evidence</Tag>;
}
