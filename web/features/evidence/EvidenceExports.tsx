import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { exportOcsf } from '../../../contract/compliance-exports.js';
import { exportOscal } from '../../../contract/evidence.js';
import { urlOf } from '../../api/apiService.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Loaded } from '../../ui/Loaded.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { frameworksQuery } from '../frameworks/framework.api.js';

/** The team's current posture in standard formats. */
export function EvidenceExports() {
  const { may, isLimited } = useAppState();
  const isShown = may('compliance:read') && !isLimited;
  const frameworks = useQuery({ ...frameworksQuery, enabled: isShown });
  if (!isShown) return null;
  return (
    <Section
      title="Export to other tools"
      mt="md"
      actions={
        <DownloadLink
          href={urlOf(exportOcsf.path)}
          text="All results as OCSF 2003"
          label="All results as OCSF 2003 compliance findings"
        />
      }
    >
      <Text size="sm" c="dimmed">
        The current state of each framework: OSCAL 1.2 assessment results, a plan of action and
        milestones (POA&M) if anything is open, and results as OCSF compliance findings.
      </Text>
      <Loaded query={frameworks}>
        {({ items }) => (
          <ul className={classes.rows}>
            {items.map(({ id, name }) => (
              <li key={id} className={classes.row} aria-label={`Exports of ${name}`}>
                <Text size="sm" fw={600} className={classes.what}>
                  {name}
                </Text>
                <Group gap="xs">
                  <DownloadLink
                    href={oscalUrl(id, 'assessment-results')}
                    text="Assessment results"
                    label={`Assessment results of ${name} as OSCAL`}
                  />
                  <DownloadLink
                    href={oscalUrl(id, 'poam')}
                    text="POA&M"
                    label={`POA&M of ${name} as OSCAL`}
                  />
                  <DownloadLink
                    href={urlOf(exportOcsf.path, {}, { framework: id })}
                    text="OCSF"
                    label={`Results for ${name} as OCSF`}
                  />
                </Group>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

const oscalUrl = (frameworkId: string, model: 'assessment-results' | 'poam') =>
  urlOf(exportOscal.path, { frameworkId }, { model });

function DownloadLink({ href, text, label }: { href: string; text: string; label: string }) {
  return (
    <Button
      component="a"
      href={href}
      download
      size="compact-sm"
      variant="default"
      leftSection={<Download size={14} aria-hidden />}
      aria-label={label}
    >
      {text}
    </Button>
  );
}
