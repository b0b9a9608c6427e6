import { Group, Text } from '@mantine/core';
import { SEVERITIES, type SeverityCounts } from '../../contract/severity.js';
import { count, words } from './format.js';
import { severityTones } from './SeverityBadge.js';
import { Tag } from './Tag.js';

/** The count of each severity; those with none are left out. */
export function SeverityCountTags({ counts }: { counts: SeverityCounts }) {
  const shown = SEVERITIES.filter((severity) => counts[severity] > 0);
  if (shown.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        No open findings
      </Text>
    );
  }
  return (
    <Group gap={4}>
      {shown.map((severity) => (
        <Tag key={severity} tone={severityTones[severity]}>
          {count(counts[severity])} {words(severity).toLowerCase()}
        </Tag>
      ))}
    </Group>
  );
}
