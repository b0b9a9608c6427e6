import { Button, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import type { FindingFilter } from '../../../contract/security-scans.js';
import { exportUrl } from './finding.api.js';

const FORMATS = [
  { format: 'csv', label: 'CSV, all of them' },
  { format: 'xlsx', label: 'Excel, the first 20,000' },
] as const;

/** Downloads the findings that the filters leave. */
export function FindingExport({ filter }: { filter: Partial<FindingFilter> }) {
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={16} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, label }) => (
          <Menu.Item key={format} component="a" href={exportUrl(filter, format)} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
