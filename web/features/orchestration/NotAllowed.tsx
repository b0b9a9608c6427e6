import { Text } from '@mantine/core';

export function NotAllowed({ what }: { what: string }) {
  return (
    <Text size="sm" c="dimmed">
      Your role may not {what}. Ask an administrator of the team.
    </Text>
  );
}
