import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ScfRelease } from '../../../contract/scf.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted, day } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { scfReleasesQuery, useRemoveScf } from './scf.api.js';

interface Props {
  shown: string | undefined;
  onShow: (releaseId: string) => void;
  onRemoved: () => void;
}

/** The stored releases, each with buttons to preview and remove it. */
export function ScfReleases({ shown, onShow, onRemoved }: Props) {
  const { may } = useAppState();
  const [removing, setRemoving] = useState<ScfRelease | null>(null);
  const remove = useRemoveScf();
  const close = () => {
    setRemoving(null);
    remove.reset();
  };
  return (
    <Section title="Stored releases">
      <Loaded query={useQuery(scfReleasesQuery)}>
        {({ items }) => (
          <Stack
            gap="sm"
            {...(items.length > 0 && { role: 'list', 'aria-label': 'Stored releases' })}
          >
            {items.length === 0 && (
              <Text size="sm" c="dimmed">
                No releases. Uploaded workbooks appear here.
              </Text>
            )}
            {items.map((item) => (
              <Group key={item.id} role="listitem" justify="space-between" gap="xs">
                <Stack gap={2} miw={0} flex="1 1 220px">
                  <Group gap="xs">
                    <b>{item.release}</b>
                    <Tag tone={item.isCurrent ? 'green' : 'gray'}>{stateOf(item)}</Tag>
                  </Group>
                  <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {item.fileName} · {counted(item.counts.controls, 'control')} · read{' '}
                    {day(item.readAt)}
                  </Text>
                </Stack>
                <Group gap="xs">
                  {item.id !== shown && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Preview release ${item.release}`}
                      onClick={() => onShow(item.id)}
                    >
                      Preview
                    </Button>
                  )}
                  {may('installation:write') && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Remove release ${item.release}`}
                      onClick={() => setRemoving(item)}
                    >
                      Remove
                    </Button>
                  )}
                </Group>
              </Group>
            ))}
          </Stack>
        )}
      </Loaded>
      {removing && (
        <FormDialog
          title={`Remove release ${removing.release}?`}
          submit="Remove"
          danger
          busy={remove.isPending}
          problem={remove.error}
          onClose={close}
          onSubmit={() =>
            remove.mutate(removing.id, {
              onSuccess: () => {
                close();
                onRemoved();
              },
            })
          }
        >
          <Text size="sm">
            {removing.isCurrent
              ? 'It is in use: its text and frameworks are removed for every team. Answers and attestations are kept and count again after the next import.'
              : 'It is not in use; nothing else changes.'}
          </Text>
        </FormDialog>
      )}
    </Section>
  );
}

function stateOf({ isCurrent, state }: ScfRelease): string {
  if (isCurrent) return 'In use';
  return state === 'ready' ? 'Stored' : 'Previewed';
}
