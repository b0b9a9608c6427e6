import { Text } from '@mantine/core';

/** In place of what imports or removes a release, which every team would notice. */
export function ScfForbidden() {
  return (
    <Text size="sm" c="dimmed">
      Your role may not import or remove releases of the SCF: every team of the installation sees
      them (permission installation:write). Ask an administrator of the installation.
    </Text>
  );
}
