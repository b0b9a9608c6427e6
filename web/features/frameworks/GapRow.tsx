import { Group, Text } from '@mantine/core';
import type { RequirementGap } from '../../../contract/compliance.js';
import { TextLink } from '../../ui/links.js';
import { StatusRow } from '../../ui/StatusRow.js';
import { Tag } from '../../ui/Tag.js';
import { ControlChip } from '../controls/ControlChip.js';
import { StatusTag } from '../controls/StatusTag.js';

/** One requirement that is not met: why, who can judge it, and the points to gain. */
export function GapRow({ gap, frameworkId }: { gap: RequirementGap; frameworkId: string }) {
  const { id, title, status, why, gain, judgedBy, attestationMissing, controls } = gap;
  return (
    <StatusRow
      label={`${id} ${title}`}
      status={<StatusTag status={status} />}
      aside={
        <Text size="sm" className="tabular" title="Points of the framework’s score">
          +{gain.toFixed(1)} points
        </Text>
      }
    >
      <TextLink
        to="/frameworks/$frameworkId/requirements/$requirementId"
        params={{ frameworkId, requirementId: id }}
        size="sm"
      >
        <strong className="tabular">{id}</strong> {title !== id && title}
      </TextLink>
      <Text size="sm" c="dimmed" mt={4}>
        {why}
      </Text>
      <Group gap={6} mt={6}>
        {controls.map((control) => (
          <ControlChip key={control.id} control={control} />
        ))}
        {attestationMissing && <Tag tone="blue">Needs attestation</Tag>}
        {judgedBy === 'people' && <Tag tone="gray">No tool can judge</Tag>}
      </Group>
    </StatusRow>
  );
}
