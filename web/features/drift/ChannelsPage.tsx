import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Send } from 'lucide-react';
import { useState } from 'react';
import {
  changeDriftChannel,
  type DriftChannel,
  type DriftDelivery,
  deleteDriftChannel,
  testDriftChannel,
} from '../../../contract/drift.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { instant, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { ShownOnce } from '../../ui/ShownOnce.js';
import { Tag } from '../../ui/Tag.js';
import { AddChannelDialog } from './AddChannelDialog.js';
import classes from './DriftRows.module.css';
import { DriftSections } from './DriftSections.js';
import { channelsQuery, deliveriesQuery, useDrift } from './drift.api.js';
import { EditChannelDialog } from './EditChannelDialog.js';

export function ChannelsPage() {
  const { may } = useAppState();
  const query = useQuery(channelsQuery);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <PageHeader
        title="Drift channels"
        about="Where drift notifications are sent, besides the web app: email, Slack, Microsoft Teams and your own webhooks. Policies choose what goes where."
        actions={
          may('drift:write') && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
              Add a channel
            </Button>
          )
        }
      />
      <DriftSections />
      <Stack gap="md">
        {secret && (
          <ShownOnce title="The webhook’s secret, shown only once" value={secret}>
            Give it to the receiver, which uses it to verify that messages come from this server.
          </ShownOnce>
        )}
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={Send} title="Notifications only appear in the web app">
                Add a channel, test it, and select it in a policy.
              </EmptyState>
            ) : (
              <Section title="Channels">
                <ul className={classes.rows}>
                  {items.map((channel) => (
                    <ChannelRow key={channel.id} channel={channel} />
                  ))}
                </ul>
              </Section>
            )
          }
        </Loaded>
      </Stack>
      {adding && (
        <AddChannelDialog
          mail={query.data?.mail ?? false}
          onClose={() => setAdding(false)}
          onAdded={setSecret}
        />
      )}
    </>
  );
}

function ChannelRow({ channel }: { channel: DriftChannel }) {
  const { may } = useAppState();
  const test = useDrift(testDriftChannel);
  const change = useDrift(changeDriftChannel);
  const remove = useDrift(deleteDriftChannel);
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const params = { channelId: channel.id };
  return (
    <li className={classes.row} aria-label={channel.name}>
      <Stack gap={4} className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {channel.name}
          </Text>
          <Tag tone={channel.enabled ? 'green' : 'gray'}>{channel.enabled ? 'On' : 'Off'}</Tag>
        </Group>
        <Text size="sm">
          {words(channel.kind)} · {channel.destination} · up to {channel.maxPerHour} per hour
        </Text>
        {channel.lastDelivery && !test.data && (
          <Group gap="xs">
            <Tag tone={DELIVERY_TONES[channel.lastDelivery.status]}>
              {words(channel.lastDelivery.status)}
            </Tag>
            <Text size="xs" c="dimmed">
              last message, {instant(channel.lastDelivery.at)}
            </Text>
          </Group>
        )}
        {test.data && <DeliveryOutcome delivery={test.data} />}
        {test.error && <ProblemAlert problem={test.error} />}
        {change.error && <ProblemAlert problem={change.error} />}
      </Stack>
      <Group gap="xs">
        <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
          Delivery log
        </Button>
        {may('drift:write') && (
          <>
            <Button
              size="xs"
              variant="default"
              loading={test.isPending}
              onClick={() => test.mutate({ params })}
            >
              Test
            </Button>
            <Button
              size="xs"
              variant="default"
              loading={change.isPending}
              onClick={() => change.mutate({ params, body: { enabled: !channel.enabled } })}
            >
              {channel.enabled ? 'Switch off' : 'Switch on'}
            </Button>
            <Button size="xs" variant="default" onClick={() => setEditing(true)}>
              Edit
            </Button>
            <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
              Delete
            </Button>
          </>
        )}
      </Group>
      {open && (
        <div className={classes.below}>
          <Deliveries channelId={channel.id} />
        </div>
      )}
      {removing && (
        <FormDialog
          title={`Delete “${channel.name}”?`}
          submit="Delete"
          danger
          busy={remove.isPending}
          problem={remove.error}
          onClose={() => setRemoving(false)}
          onSubmit={() => remove.mutate({ params }, { onSuccess: () => setRemoving(false) })}
        >
          <Text size="sm">
            Its address and delivery log are deleted too. Policies with no other channel are
            switched off.
          </Text>
        </FormDialog>
      )}
      {editing && <EditChannelDialog channel={channel} onClose={() => setEditing(false)} />}
    </li>
  );
}

const DELIVERY_TONES = { sent: 'green', failed: 'red', pending: 'amber', held: 'gray' } as const;

function DeliveryOutcome({ delivery }: { delivery: DriftDelivery }) {
  const answer = [delivery.responseStatus, delivery.problem ?? delivery.response];
  return (
    <Group gap="xs" role="status">
      <Tag tone={DELIVERY_TONES[delivery.status]}>{words(delivery.status)}</Tag>
      <Text size="sm">{answer.filter(Boolean).join(' ')}</Text>
    </Group>
  );
}

function Deliveries({ channelId }: { channelId: string }) {
  const query = useQuery(deliveriesQuery(channelId));
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nothing has been sent yet.
          </Text>
        ) : (
          <div className={classes.scroll}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Time</Table.Th>
                  <Table.Th>Subject</Table.Th>
                  <Table.Th>Status</Table.Th>
                  <Table.Th>Attempts</Table.Th>
                  <Table.Th>Response</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((item) => (
                  <Table.Tr key={item.id}>
                    <Table.Td>{instant(item.createdAt)}</Table.Td>
                    <Table.Td>{item.subject}</Table.Td>
                    <Table.Td>
                      <Tag tone={DELIVERY_TONES[item.status]}>{words(item.status)}</Tag>
                    </Table.Td>
                    <Table.Td>{item.attempts}</Table.Td>
                    <Table.Td>
                      {[item.responseStatus, item.problem ?? item.response]
                        .filter(Boolean)
                        .join(' ')}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )
      }
    </Loaded>
  );
}
