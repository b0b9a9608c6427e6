import { Group, Text } from '@mantine/core';
import type { RequirementState } from '../../../contract/compliance.js';
import { counted } from '../../ui/format.js';
import classes from '../../ui/StatusRow.module.css';
import { ControlChip } from '../controls/ControlChip.js';
import { StatusTag } from '../controls/StatusTag.js';
import { AttestationControl } from './AttestationControl.js';

export function SectionRow({ id, title, count }: { id: string; title: string; count: number }) {
  return (
    <div className={classes.section}>
      <h2>{id === title || title.startsWith(id) ? title : `${id} ${title}`}</h2>
      <Text size="xs" c="dimmed" className="tabular">
        {counted(count, 'requirement')}
      </Text>
    </div>
  );
}

interface RequirementRowProps {
  frameworkId: string;
  requirement: RequirementState;
}

/** One requirement: its status, what it stands on, and who attested for the rest. */
export function RequirementRow({ frameworkId, requirement }: RequirementRowProps) {
  const { id, title, status, controls } = requirement;
  return (
    <article className={classes.row} aria-label={`${id} ${title}`}>
      <div className={classes.status}>
        <StatusTag status={status} />
      </div>
      <div className={classes.body}>
        <Text size="sm">
          <strong className="tabular">{id}</strong> {title !== id && title}
        </Text>
        <Group gap={6} mt={6}>
          {controls.map((control) => (
            <ControlChip key={control.id} control={control} />
          ))}
          {controls.length === 0 && (
            <Text size="xs" c="dimmed">
              No control is mapped to it.
            </Text>
          )}
        </Group>
      </div>
      <AttestationControl frameworkId={frameworkId} requirement={requirement} />
    </article>
  );
}
