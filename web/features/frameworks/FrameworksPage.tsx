import { Box, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Explain } from '../../app/Explain.js';
import { Attributions } from '../../ui/Attributions.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { FrameworkLibrary } from './FrameworkLibrary.js';
import { FrameworkLine } from './FrameworkLine.js';
import lines from './FrameworkLine.module.css';
import { frameworksQuery } from './framework.api.js';

const route = getRouteApi('/frameworks');

export function FrameworksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader
        title="Frameworks"
        about="Every framework with its full list of requirements. Requirements not assessed yet count as not met."
        actions={
          <ButtonLink to="/frameworks/scope" variant="default">
            Scope and thresholds
          </ButtonLink>
        }
      />
      <Stack>
        <Loaded query={useQuery(frameworksQuery)}>
          {({ items }) => (
            <Section
              title="Score, coverage and ceiling"
              help={<Explain word="coverage" />}
              actions={
                <Text size="xs" c="dimmed" component="div">
                  Passing <Explain word="passing" />
                </Text>
              }
            >
              {items.length === 0 && (
                <Text size="sm" c="dimmed">
                  No framework is active. Activate the ones you need in the list below.
                </Text>
              )}
              <Box component="ul" className={lines.lines}>
                {items.map((framework) => (
                  <FrameworkLine key={framework.id} framework={framework} />
                ))}
              </Box>
              <Attributions texts={items.map(({ attribution }) => attribution)} />
            </Section>
          )}
        </Loaded>
        <FrameworkLibrary
          search={search}
          onSearch={(changes) =>
            navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false })
          }
        />
      </Stack>
    </>
  );
}
