import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ScfFrameworkSummary } from '../../../contract/scf.js';
import { useAppState } from '../../app/AppStateContext.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { scfFrameworksQuery, useChooseScfFramework } from './scf.api.js';

interface Props {
  q: string | undefined;
  onSearch: (q: string | undefined) => void;
}

/** The frameworks that the SCF maps, each with a switch to activate it. */
export function ScfFrameworks({ q, onSearch }: Props) {
  const query = useInfiniteQuery(scfFrameworksQuery(q));
  const choose = useChooseScfFramework();
  return (
    <Section title="SCF frameworks">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          The workbook only says that a control and a requirement are related, so every requirement
          also needs attestation before it counts as satisfied.
        </Text>
        <Group>
          <SearchInput label="Search frameworks" value={q} onChange={onSearch} />
        </Group>
        {choose.error && <ProblemAlert problem={choose.error} />}
        <Loaded query={query}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            return (
              <Stack
                gap="sm"
                {...(items.length > 0 && { role: 'list', 'aria-label': 'SCF frameworks' })}
              >
                {items.length === 0 && (
                  <Text size="sm">No framework matches. Try a different word.</Text>
                )}
                {items.map((item) => (
                  <ScfFrameworkLine
                    key={item.id}
                    item={item}
                    busy={choose.isPending}
                    onChoose={(active) => choose.mutate({ id: item.id, active })}
                  />
                ))}
              </Stack>
            );
          }}
        </Loaded>
        {query.hasNextPage && (
          <Group>
            <Button
              variant="default"
              loading={query.isFetchingNextPage}
              onClick={() => query.fetchNextPage()}
            >
              Show more
            </Button>
          </Group>
        )}
      </Stack>
    </Section>
  );
}

interface LineProps {
  item: ScfFrameworkSummary;
  busy: boolean;
  onChoose: (active: boolean) => void;
}

function ScfFrameworkLine({ item, busy, onChoose }: LineProps) {
  const { may } = useAppState();
  const { id, name, publisher, version, geography, requirements, zerosLost, active } = item;
  const facts = [publisher, version, geography, counted(requirements, 'requirement id')];
  return (
    <Group role="listitem" justify="space-between" gap="xs" wrap="nowrap">
      <Stack gap={2} miw={0}>
        <Group gap="xs">
          {active ? (
            <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: id }}>
              {name}
            </TextLink>
          ) : (
            <Text>{name}</Text>
          )}
          {zerosLost && (
            <Tag tone="amber" title="Excel has shortened ids such as 5.10 to 5.1">
              Zeros lost
            </Tag>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {facts.filter(Boolean).join(' · ')}
        </Text>
      </Stack>
      <Switch
        aria-label={`Activate ${name}`}
        checked={active}
        disabled={busy || !may('compliance:write')}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
    </Group>
  );
}
