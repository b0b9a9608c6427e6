import { Anchor, Text } from '@mantine/core';
import type { ScfAttribution } from '../../../contract/scf.js';

/** Required wherever text of the SCF is shown. */
export function ScfAttributionLine({ attribution }: { attribution: ScfAttribution }) {
  return (
    <Text size="xs" c="dimmed" component="p" style={{ overflowWrap: 'anywhere' }}>
      {attribution.text} (
      <Anchor href={attribution.licenceUrl} target="_blank" rel="noreferrer" inherit>
        licence
      </Anchor>
      )
    </Text>
  );
}
