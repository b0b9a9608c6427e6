import { Group, Text } from '@mantine/core';
import type { PastScan } from '../../../contract/inventory.js';
import { age, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { ScanStatusTag } from '../orchestration/ScanStatusTag.js';

/** The last scans, newest first. */
export function PastScans({ scans }: { scans: readonly PastScan[] }) {
  return (
    <Section title="Scans">
      {scans.length === 0 ? (
        <Text size="sm" c="dimmed">
          Not scanned yet.
        </Text>
      ) : (
        <ul className={classes.rows}>
          {scans.map(({ scanId, status, createdAt }) => (
            <li key={scanId} className={classes.row}>
              <TextLink to="/scans/$scanId" params={{ scanId }} size="sm">
                <time title={instant(createdAt)}>{instant(createdAt)}</time>
              </TextLink>
              <Group gap="xs">
                <Text size="xs" c="dimmed">
                  {age(createdAt)}
                </Text>
                <ScanStatusTag status={status} />
              </Group>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
