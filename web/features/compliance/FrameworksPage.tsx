import { Box } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Explain } from '../../app/Explain.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { FrameworkLine } from './FrameworkLine.js';
import lines from './FrameworkLine.module.css';
import { frameworksQuery } from './framework.api.js';

export function FrameworksPage() {
  return (
    <>
      <PageHeader
        title="Frameworks"
        about="Every framework with its full list of requirements: what was not assessed counts, too."
        actions={
          <ButtonLink to="/frameworks/scope" variant="default">
            Scope and thresholds
          </ButtonLink>
        }
      />
      <Loaded query={useQuery(frameworksQuery)}>
        {({ items }) => (
          <Section title="Score, coverage and ceiling" help={<Explain word="coverage" />}>
            <Box component="ul" className={lines.lines}>
              {items.map((framework) => (
                <FrameworkLine key={framework.id} framework={framework} />
              ))}
            </Box>
          </Section>
        )}
      </Loaded>
    </>
  );
}
