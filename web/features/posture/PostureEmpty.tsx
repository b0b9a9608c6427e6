import { Stack, Text } from '@mantine/core';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { ImportDrop } from '../security-scans/ImportDrop.js';
import { Uploads } from '../security-scans/Uploads.js';
import { RunningScans } from './RunningScans.js';
import { ScanHint } from './ScanHint.js';

export function PostureEmpty() {
  return (
    <>
      <PageHeader
        title="Posture"
        about="OffloadSecurity reads the reports of your security scanners and turns them into findings, control status and a score per compliance framework. Every figure shows the evidence behind it, and anything not assessed counts as not met."
      />
      <RunningScans />
      <Stack>
        <Section title="Start by importing a report">
          <ImportDrop />
          <Uploads />
        </Section>
        <ScanHint />
        <Text size="sm" c="dimmed">
          No report at hand? Run <code>prowler aws --output-formats json-ocsf</code> and import the
          file it writes, or look at the{' '}
          <TextLink to="/frameworks" inherit underline="always">
            frameworks
          </TextLink>{' '}
          and the{' '}
          <TextLink to="/controls" inherit underline="always">
            control library
          </TextLink>{' '}
          first.
        </Text>
      </Stack>
    </>
  );
}
