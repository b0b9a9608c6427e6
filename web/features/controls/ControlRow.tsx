import { Group, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { ControlSummary } from '../../../contract/compliance.js';
import { counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { StatusRow } from '../../ui/StatusRow.js';
import { Tag } from '../../ui/Tag.js';
import { AssuranceTag, StatusTag } from './StatusTag.js';

export function ControlRow({ control }: { control: ControlSummary }) {
  const { id, title, status, assurance, reason, openFindings, contradicted, weight } = control;
  return (
    <StatusRow
      label={`${id} ${title}`}
      status={<StatusTag status={status} />}
      aside={
        <Group gap={8}>
          {contradicted && <ContradictedTag />}
          {assurance !== 'none' && <AssuranceTag assurance={assurance} />}
          <Text size="xs" c="dimmed" className="tabular">
            {openFindings > 0 && `${counted(openFindings, 'open finding')} · `}weight {weight}
          </Text>
        </Group>
      }
    >
      <TextLink to="/controls/$controlId" params={{ controlId: id }} size="sm" fw={600}>
        {id} {title}
      </TextLink>
      <Text size="sm" c="dimmed" mt={2}>
        {reason}
      </Text>
    </StatusRow>
  );
}

export function ContradictedTag() {
  return (
    <Tag tone="orange" icon={TriangleAlert}>
      Contradicted
    </Tag>
  );
}
