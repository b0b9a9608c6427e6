import { Text } from '@mantine/core';

/** To be shown wherever texts are that are not ours, each once. */
export function Attributions({ texts }: { texts: readonly (string | undefined)[] }) {
  return [...new Set(texts.flatMap((text) => text ?? []))].map((text) => (
    <Text key={text} size="xs" c="dimmed" component="p" style={{ overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  ));
}
