import type {
  Posture,
  RequirementCounts,
  RequirementStatus,
} from '../../../contract/compliance.js';
import { percent } from '../../ui/format.js';
import type { Share } from '../../ui/StackedBar.js';

/** `34 – 71 %`; one number at full coverage. */
export function rangeText({ score, ceiling, band }: Posture): string {
  if (score === null || ceiling === null) return 'Not applicable';
  if (band === 'none') return 'Not assessed';
  return score === ceiling
    ? percent(score)
    : `${percent(score).replace(' %', '')} – ${percent(ceiling)}`;
}

/** What the bar shows, as text for screen readers. */
export function postureText(posture: Posture): string {
  const { coverage, band } = posture;
  if (band === 'none' || coverage === null) return rangeText(posture);
  return `${rangeText(posture)}, ${percent(coverage)} covered`;
}

type RequirementShare = Share & { key: RequirementStatus };

export function requirementShares(counts: RequirementCounts): RequirementShare[] {
  const shares: RequirementShare[] = [
    { key: 'satisfied', label: 'Satisfied', value: counts.satisfied, tone: 'green' },
    { key: 'partial', label: 'Partial', value: counts.partial, tone: 'amber' },
    { key: 'failing', label: 'Failing', value: counts.failing, tone: 'red' },
    { key: 'not_assessed', label: 'Not assessed', value: counts.notAssessed, tone: 'gray' },
  ];
  if (counts.notApplicable === 0) return shares;
  return [
    ...shares,
    { key: 'not_applicable', label: 'Not applicable', value: counts.notApplicable, tone: 'blue' },
  ];
}
