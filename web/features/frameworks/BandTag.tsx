import { CircleCheck, CircleMinus, CircleX, Contrast, type LucideIcon } from 'lucide-react';
import type { Posture } from '../../../contract/compliance.js';
import { Tag, type Tone } from '../../ui/Tag.js';

export const bandTones: Record<Posture['band'], Tone> = {
  green: 'green',
  amber: 'amber',
  red: 'red',
  none: 'gray',
};

const bands: Record<Posture['band'], { text: string; icon: LucideIcon }> = {
  green: { text: 'On track', icon: CircleCheck },
  amber: { text: 'Needs work', icon: Contrast },
  red: { text: 'Low', icon: CircleX },
  none: { text: 'Not assessed', icon: CircleMinus },
};

export function BandTag({ band }: { band: Posture['band'] }) {
  return (
    <Tag tone={bandTones[band]} icon={bands[band].icon}>
      {bands[band].text}
    </Tag>
  );
}
