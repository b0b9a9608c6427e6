import { Text } from '@mantine/core';

/** In place of the import and remove buttons, which affect every team. */
export function ScfForbidden() {
  return (
    <Text size="sm" c="dimmed">
      Your role may not import or remove SCF releases, because they apply to every team (permission
      installation:write). Ask an administrator of the installation.
    </Text>
  );
}
