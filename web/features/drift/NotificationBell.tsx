import { ActionIcon, Button, Indicator, Popover, ScrollArea, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Bell } from 'lucide-react';
import { useState } from 'react';
import { readNotifications } from '../../../contract/drift.js';
import { useAppState } from '../../app/AppStateContext.js';
import { age, count } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { notificationsQuery, useDrift } from './drift.api.js';

/** Drift notifications, on every page. Nothing if the module is unavailable or the user may not read it. */
export function NotificationBell() {
  const { may, unavailable } = useAppState();
  return may('drift:read') && !unavailable('drift') ? <Notifications /> : null;
}

function Notifications() {
  const { may } = useAppState();
  const { data } = useQuery(notificationsQuery);
  const read = useDrift(readNotifications);
  const [opened, setOpened] = useState(false);
  const unread = data?.unread ?? 0;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={340} withinPortal>
      <Indicator
        label={unread > 99 ? '99+' : unread}
        disabled={unread === 0}
        size={16}
        offset={4}
        color="red.9"
      >
        <Popover.Target>
          <ActionIcon
            variant="default"
            size="lg"
            onClick={() => setOpened(!opened)}
            aria-label={unread > 0 ? `Notifications, ${count(unread)} unread` : 'Notifications'}
          >
            <Bell size={18} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown aria-label="Notifications">
        <Stack gap="sm">
          {unread > 0 && may('drift:write') && (
            <Button
              size="xs"
              variant="default"
              loading={read.isPending}
              onClick={() => read.mutate({ body: {} })}
            >
              Mark all as read
            </Button>
          )}
          {read.error && <ProblemAlert problem={read.error} />}
          <ScrollArea.Autosize mah={360}>
            {data && data.items.length > 0 ? (
              data.items.map((item) => (
                <Stack key={item.id} gap={2} py={6}>
                  {item.eventId ? (
                    <TextLink
                      to="/drift/events/$eventId"
                      params={{ eventId: item.eventId }}
                      size="sm"
                      fw={item.read ? 400 : 700}
                      onClick={() => setOpened(false)}
                    >
                      {item.title}
                    </TextLink>
                  ) : (
                    <Text size="sm" fw={item.read ? 400 : 700}>
                      {item.title}
                    </Text>
                  )}
                  <Text size="xs" lineClamp={3}>
                    {item.text}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {age(item.at)}
                  </Text>
                </Stack>
              ))
            ) : (
              <Text size="sm" c="dimmed">
                No notifications yet.
              </Text>
            )}
          </ScrollArea.Autosize>
          <TextLink to="/drift" size="sm" onClick={() => setOpened(false)}>
            Open the timeline
          </TextLink>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
