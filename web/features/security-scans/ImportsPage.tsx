import { Stack } from '@mantine/core';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { ImportDrop } from './ImportDrop.js';
import { ImportHistory } from './ImportHistory.js';
import { ReportFormats } from './ReportFormats.js';
import { ReportPlaces } from './ReportPlaces.js';
import { Uploads } from './Uploads.js';

export function ImportsPage() {
  return (
    <>
      <PageHeader
        title="Imports"
        about="Reports from your scanners. Importing the same report twice changes nothing."
      />
      <Stack>
        <Section title="Import reports">
          <ImportDrop />
          <Uploads />
        </Section>
        <ImportHistory />
        <ReportPlaces />
        <ReportFormats />
      </Stack>
    </>
  );
}
