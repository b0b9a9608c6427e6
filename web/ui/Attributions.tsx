import { Text } from '@mantine/core';

/** The attribution of third-party texts, each once. Required wherever such a text is shown. */
export function Attributions({ texts }: { texts: readonly (string | undefined)[] }) {
  return [...new Set(texts.flatMap((text) => text ?? []))].map((text) => (
    <Text key={text} size="xs" c="dimmed" component="p" style={{ overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  ));
}
