import { Group, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { ControlSummary } from '../../../contract/compliance.js';
import { counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import classes from '../../ui/StatusRow.module.css';
import { Tag } from '../../ui/Tag.js';
import { AssuranceTag, StatusTag } from './StatusTag.js';

export function DomainRow({ code, name, count }: { code: string; name: string; count: number }) {
  return (
    <div className={classes.section}>
      <h2>
        {code} {name}
      </h2>
      <Text size="xs" c="dimmed" className="tabular">
        {counted(count, 'control')}
      </Text>
    </div>
  );
}

export function ControlRow({ control }: { control: ControlSummary }) {
  const { id, title, status, assurance, reason, openFindings, contradicted, weight } = control;
  return (
    <article className={classes.row} aria-label={`${id} ${title}`}>
      <div>
        <StatusTag status={status} />
      </div>
      <div>
        <TextLink to="/controls/$controlId" params={{ controlId: id }} size="sm" fw={600}>
          {id} {title}
        </TextLink>
        <Text size="sm" c="dimmed" mt={2}>
          {reason}
        </Text>
      </div>
      <Group gap={8}>
        {contradicted && <ContradictedTag />}
        {assurance !== 'none' && <AssuranceTag assurance={assurance} />}
        <Text size="xs" c="dimmed" className="tabular">
          {openFindings > 0 && `${counted(openFindings, 'open finding')} · `}weight {weight}
        </Text>
      </Group>
    </article>
  );
}

export function ContradictedTag() {
  return (
    <Tag tone="orange" icon={TriangleAlert}>
      Contradicted
    </Tag>
  );
}
