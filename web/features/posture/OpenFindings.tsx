import { SEVERITIES } from '../../../contract/severity.js';
import { words } from '../../ui/format.js';
import { Legend } from '../../ui/Legend.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { severityTones } from '../../ui/SeverityBadge.js';
import { type Share, StackedBar } from '../../ui/StackedBar.js';
import type { PostureData } from './posture.data.js';

export function OpenFindings({ counts }: { counts: PostureData['openFindings'] }) {
  const shares = SEVERITIES.map((severity): Share & { key: typeof severity } => ({
    key: severity,
    label: words(severity),
    value: counts[severity],
    tone: severityTones[severity],
  }));
  return (
    <Section
      title="Open findings"
      actions={
        <TextLink to="/findings" size="sm">
          All findings
        </TextLink>
      }
    >
      <StackedBar label="Open findings by severity" shares={shares} />
      <Legend
        shares={shares}
        link={({ key }, content) => (
          <TextLink to="/findings" search={{ severity: [key] }} size="sm">
            {content}
          </TextLink>
        )}
      />
    </Section>
  );
}
