import { Group, Text } from '@mantine/core';
import type { RequirementGap } from '../../../contract/compliance.js';
import classes from '../../ui/StatusRow.module.css';
import { Tag } from '../../ui/Tag.js';
import { ControlChip } from '../controls/ControlChip.js';
import { StatusTag } from '../controls/StatusTag.js';

/** One requirement that is not met: why, by whom it is judged, what meeting it adds. */
export function GapRow({ gap }: { gap: RequirementGap }) {
  const { id, title, status, why, gain, judgedBy, attestationMissing, controls } = gap;
  return (
    <article className={classes.row} aria-label={`${id} ${title}`}>
      <div className={classes.status}>
        <StatusTag status={status} />
      </div>
      <div className={classes.body}>
        <Text size="sm">
          <strong className="tabular">{id}</strong> {title}
        </Text>
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
      </div>
      <Text size="sm" className="tabular" title="Points of the framework’s score">
        +{gain.toFixed(1)} points
      </Text>
    </article>
  );
}
