import { List, Stack, Text } from '@mantine/core';
import type { MatchReason, Tier } from '../../../contract/compliance.js';
import { count, percent } from '../../ui/format.js';

const tiers: Record<Tier, string> = {
  1: 'curated',
  2: 'stated by the tool',
  3: 'by text',
  4: 'by domain',
};

export function MatchSummary({ match }: { match: MatchReason }) {
  return (
    <span className="tabular">
      Tier {match.tier}: {tiers[match.tier]}, {percent(match.confidence * 100)}
    </span>
  );
}

/** How a check was matched to a control: in a sentence, with its edges and keywords. */
export function MatchDetail({ match }: { match: MatchReason }) {
  const { text, edges, tokens, tier } = match;
  return (
    <Stack gap={6}>
      <Text size="sm">{text}</Text>
      {edges.length > 0 && (
        <List size="xs">
          {edges.map(({ framework, requirement, stated }) => (
            <List.Item key={`${framework} ${requirement} ${stated}`}>
              The tool states “{stated}”, which is {framework} {requirement}
            </List.Item>
          ))}
        </List>
      )}
      {tokens.length > 0 && (
        <Text size="xs">
          Words found:{' '}
          {tokens
            .map(({ keyword, field, weight }) => `“${keyword}” in ${field} (${count(weight)})`)
            .join(', ')}
        </Text>
      )}
      {tier > 2 && (
        <Text size="xs" c="dimmed">
          A match of this tier can lower the control but never prove it implemented.
        </Text>
      )}
    </Stack>
  );
}
