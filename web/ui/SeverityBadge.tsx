import type { Severity } from '../../contract/severity.js';
import { words } from './format.js';
import { Tag, type Tone } from './Tag.js';

export const severityTones: Record<Severity, Tone> = {
  critical: 'strong',
  high: 'red',
  medium: 'amber',
  low: 'blue',
  informational: 'gray',
};

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <Tag tone={severityTones[severity]}>{words(severity)}</Tag>;
}
