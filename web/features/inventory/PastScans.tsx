import { Group, Text } from '@mantine/core';
import type { PastScan } from '../../../contract/inventory.js';
import { age, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { ScanStatusTag } from '../orchestration/ScanStatusTag.js';

interface PastScansProps {
  scans: readonly PastScan[];
  /** Finds the schedules of the target. */
  schedules: string;
}

/** The last scans, newest first. */
export function PastScans({ scans, schedules }: PastScansProps) {
  return (
    <Section
      title="Scans"
      actions={
        <TextLink to="/scans/schedules" search={{ q: schedules }} size="sm">
          Schedules
        </TextLink>
      }
    >
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
