import { Button, Group, Text } from '@mantine/core';
import type { CustomControlSummary } from '../../../contract/compliance.js';
import { count, words } from '../../ui/format.js';
import { groupBy } from '../../ui/group-by.js';
import { TextLink } from '../../ui/links.js';
import { StatusRow } from '../../ui/StatusRow.js';
import { StatusTag } from './StatusTag.js';

interface CustomControlRowProps {
  control: CustomControlSummary;
  /** Left out when the user may not remove it, or a requirement uses it. */
  onRemove?: () => void;
}

export function CustomControlRow({ control, onRemove }: CustomControlRowProps) {
  const { id, title, status, domainName, weight, kind, cadence } = control;
  return (
    <StatusRow
      label={`${id} ${title}`}
      status={<StatusTag status={status} />}
      aside={
        onRemove && (
          <Group gap="xs">
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Remove ${id} ${title}`}
              onClick={onRemove}
            >
              Remove
            </Button>
          </Group>
        )
      }
    >
      <TextLink to="/controls/$controlId" params={{ controlId: id }} size="sm" fw={600}>
        {id} {title}
      </TextLink>
      <Text size="xs" c="dimmed" className="tabular" mt={2}>
        {domainName} · {words(kind).toLowerCase()} · review: {words(cadence).toLowerCase()} · weight{' '}
        {weight}
      </Text>
      <UsedBy control={control} />
    </StatusRow>
  );
}

function UsedBy({ control: { usedBy, usedByTotal } }: { control: CustomControlSummary }) {
  if (usedByTotal === 0) {
    return (
      <Text size="sm" mt={2}>
        No requirement uses it yet.
      </Text>
    );
  }
  return (
    <Text size="sm" mt={2} component="div">
      Used by{' '}
      {[...groupBy(usedBy, ({ framework }) => framework)].map(([framework, own], at) => (
        <span key={framework}>
          {at > 0 && '; '}
          {own[0]?.frameworkName}{' '}
          {own.map(({ requirement, title }, index) => (
            <span key={requirement}>
              {index > 0 && ', '}
              <TextLink
                to="/frameworks/$frameworkId/requirements/$requirementId"
                params={{ frameworkId: framework, requirementId: requirement }}
                inherit
                underline="always"
                className="tabular"
                title={title}
              >
                {requirement}
              </TextLink>
            </span>
          ))}
        </span>
      ))}
      {usedByTotal > usedBy.length && ` and ${count(usedByTotal - usedBy.length)} more`}
    </Text>
  );
}
