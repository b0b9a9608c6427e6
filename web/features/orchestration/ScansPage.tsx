import { Stack } from '@mantine/core';
import { Radar } from 'lucide-react';
import { useAppState } from '../../app/AppStateContext.js';
import { ButtonLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ActiveScans } from './ActiveScans.js';
import { ScanHistory } from './ScanHistory.js';
import { ScanSections } from './ScanSections.js';

export function ScansPage() {
  const { may } = useAppState();
  return (
    <>
      <PageHeader
        title="Scans"
        about="Running and past scans. Their results update findings and control status automatically."
        actions={
          may('scans:run') && (
            <ButtonLink to="/scans/new" leftSection={<Radar size={16} aria-hidden />}>
              New scan
            </ButtonLink>
          )
        }
      />
      <ScanSections />
      <Stack>
        <ActiveScans />
        <ScanHistory />
      </Stack>
    </>
  );
}
