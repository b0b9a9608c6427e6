import { Group, Text } from '@mantine/core';
import type { RequirementState } from '../../../contract/compliance.js';
import { counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { StatusRow, StatusRowsHeading } from '../../ui/StatusRow.js';
import { ControlChip } from '../controls/ControlChip.js';
import { StatusTag } from '../controls/StatusTag.js';
import { AttestationControl } from './AttestationControl.js';

export function SectionRow({ id, title, count }: { id: string; title: string; count: number }) {
  return (
    <StatusRowsHeading
      title={title.startsWith(id) ? title : `${id} ${title}`}
      count={counted(count, 'requirement')}
    />
  );
}

interface RequirementRowProps {
  frameworkId: string;
  requirement: RequirementState;
}

/** One requirement with its status, its controls and its attestation. */
export function RequirementRow({ frameworkId, requirement }: RequirementRowProps) {
  const { id, title, status, controls } = requirement;
  return (
    <StatusRow
      label={`${id} ${title}`}
      status={<StatusTag status={status} />}
      aside={<AttestationControl frameworkId={frameworkId} requirement={requirement} />}
    >
      <TextLink
        to="/frameworks/$frameworkId/requirements/$requirementId"
        params={{ frameworkId, requirementId: id }}
        size="sm"
      >
        <strong className="tabular">{id}</strong> {title !== id && title}
      </TextLink>
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
    </StatusRow>
  );
}
