import { Group, Text } from '@mantine/core';
import type { LastScan } from '../../../contract/inventory.js';
import { age, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Tag } from '../../ui/Tag.js';
import { ScanStatusTag } from '../orchestration/ScanStatusTag.js';

interface LastScanLineProps {
  lastScan: LastScan | null;
  runningScanId: string | null;
}

/** Links to the running scan and to the last one, with its result. */
export function LastScanLine({ lastScan, runningScanId }: LastScanLineProps) {
  return (
    <Group gap="xs">
      {runningScanId && (
        <TextLink to="/scans/$scanId" params={{ scanId: runningScanId }} size="xs">
          Running now
        </TextLink>
      )}
      {lastScan ? (
        <>
          <TextLink to="/scans/$scanId" params={{ scanId: lastScan.scanId }} size="xs">
            Scanned <time title={instant(lastScan.finishedAt)}>{age(lastScan.finishedAt)}</time>
          </TextLink>
          {lastScan.status !== 'completed' && <ScanStatusTag status={lastScan.status} />}
        </>
      ) : (
        !runningScanId && <Tag tone="gray">Never scanned</Tag>
      )}
      {lastScan?.problem && lastScan.status !== 'completed' && (
        <Text size="xs">{lastScan.problem}</Text>
      )}
    </Group>
  );
}
