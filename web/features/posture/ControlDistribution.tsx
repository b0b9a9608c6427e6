import { CONTROL_STATUSES } from '../../../contract/compliance.js';
import { words } from '../../ui/format.js';
import { Legend } from '../../ui/Legend.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { type Share, StackedBar } from '../../ui/StackedBar.js';
import { statusTones } from '../controls/StatusTag.js';
import type { PostureData } from './posture.data.js';

interface ControlDistributionProps {
  counts: PostureData['controls'];
  /** Without links: the list of controls shows the present. */
  past?: boolean;
}

export function ControlDistribution({ counts, past = false }: ControlDistributionProps) {
  const shares = CONTROL_STATUSES.map((status): Share & { key: typeof status } => ({
    key: status,
    label: words(status),
    value: counts[status],
    tone: statusTones[status],
  }));
  return (
    <Section title="Controls by status">
      <StackedBar label="Controls by status" shares={shares} />
      <Legend
        shares={shares}
        link={
          past
            ? undefined
            : ({ key }, content) => (
                <TextLink to="/controls" search={{ status: key }} size="sm">
                  {content}
                </TextLink>
              )
        }
      />
    </Section>
  );
}
