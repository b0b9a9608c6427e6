import { Group, Text } from '@mantine/core';
import type { LastImport, LastScan } from '../../../contract/inventory.js';
import { age, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Tag } from '../../ui/Tag.js';
import { ScanStatusTag } from '../orchestration/ScanStatusTag.js';

interface LastScanLineProps {
  lastScan: LastScan | null;
  runningScanId: string | null;
  lastImport?: LastImport | null;
}

/** Links to the running scan and to the last one, with its result. */
export function LastScanLine({ lastScan, runningScanId, lastImport }: LastScanLineProps) {
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
        !runningScanId && !lastImport && <Tag tone="gray">Never scanned</Tag>
      )}
      {lastImport && (
        <TextLink to="/imports/$importId" params={{ importId: lastImport.importId }} size="xs">
          Report imported <time title={instant(lastImport.at)}>{age(lastImport.at)}</time>
        </TextLink>
      )}
      {lastScan?.problem && lastScan.status !== 'completed' && (
        <Text size="xs">{lastScan.problem}</Text>
      )}
    </Group>
  );
}
