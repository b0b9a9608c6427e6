import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAppState } from '../../app/AppStateContext.js';
import { Explain } from '../../app/Explain.js';
import { Attributions } from '../../ui/Attributions.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { checkControlsQuery } from '../controls/control.api.js';
import { MatchDetail, MatchSummary } from '../controls/Match.js';
import { StatusTag } from '../controls/StatusTag.js';
import { checkMappingsQuery } from '../mappings/mapping.api.js';
import { ReviewActions } from '../mappings/ReviewActions.js';

/** The controls that this finding's check counts for, and why. */
export function FindingControls({ tool, checkId }: { tool: string; checkId: string }) {
  const { unavailable } = useAppState();
  const away = unavailable('compliance');
  const query = useQuery({ ...checkControlsQuery(tool, checkId), enabled: !away });
  const mappings = useQuery({ ...checkMappingsQuery(tool, checkId), enabled: !away });
  const reviewOf = (id: string) =>
    mappings.data?.items.find(({ controlId }) => controlId === id)?.review ?? null;
  const rejected = mappings.data?.items.filter(({ state }) => state === 'rejected') ?? [];
  return (
    <Section title="Controls it lowers" help={<Explain word="tier" />}>
      {away ? (
        <Text size="sm" c="dimmed">
          The compliance module is unavailable{away.reason ? `: ${away.reason}` : '.'}
        </Text>
      ) : (
        <Loaded query={query} loading={<Text size="sm">Loading…</Text>}>
          {({ items, attributions }) => (
            <Stack>
              {items.length === 0 && (
                <Text size="sm" c="dimmed">
                  This check does not count for any control.
                </Text>
              )}
              {items.map(({ controlId, title, status, match }) => (
                <div key={controlId}>
                  <Group gap="xs">
                    <TextLink to="/controls/$controlId" params={{ controlId }} size="sm" fw={600}>
                      {controlId} {title}
                    </TextLink>
                    <StatusTag status={status} />
                    <Text size="xs" c="dimmed" component="span">
                      <MatchSummary match={match} />
                    </Text>
                  </Group>
                  <MatchDetail match={match} />
                  <ReviewActions {...{ tool, checkId, controlId, review: reviewOf(controlId) }} />
                </div>
              ))}
              {rejected.map(({ controlId, controlTitle, review }) => (
                <div key={controlId}>
                  <TextLink to="/controls/$controlId" params={{ controlId }} size="sm">
                    {controlId} {controlTitle}
                  </TextLink>{' '}
                  <Text size="sm" c="dimmed" span>
                    does not count
                  </Text>
                  <ReviewActions {...{ tool, checkId, controlId, review }} />
                </div>
              ))}
              <Attributions texts={attributions} />
            </Stack>
          )}
        </Loaded>
      )}
    </Section>
  );
}
