import { List, Stack, Text } from '@mantine/core';
import type { z } from 'zod';
import type { CoverageRecord as Schema } from '../../../contract/orchestration.js';
import { Explain } from '../../app/Explain.js';
import { Facts } from '../../ui/Facts.js';
import { age, count, words } from '../../ui/format.js';
import { StackedBar } from '../../ui/StackedBar.js';

type CoverageRecord = z.infer<typeof Schema>;

/** What a tool was expected to check, did check, and returned evidence for. */
export function Coverage({ coverage }: { coverage: CoverageRecord }) {
  const { unit, expected, executed, evidenced, missing, skipped, toolVersion, databases } =
    coverage;
  return (
    <Stack gap="sm">
      {expected !== null && expected > 0 && (
        <StackedBar
          label={`Coverage of ${unit}`}
          shares={[
            { key: 'evidenced', label: 'Evidenced', value: evidenced, tone: 'green' },
            {
              key: 'missing',
              label: 'Without evidence',
              value: Math.max(0, expected - evidenced),
              tone: 'gray',
            },
          ]}
        />
      )}
      <Facts
        columns
        facts={[
          { label: 'Unit', value: words(unit) },
          {
            label: 'Expected',
            value: expected === null ? 'not known in advance' : count(expected),
            help: <Explain word="expected" />,
          },
          { label: 'Executed', value: executed === null ? 'not reported' : count(executed) },
          {
            label: 'Evidenced',
            value: count(evidenced),
            help: <Explain word="evidenced" />,
          },
          { label: 'Tool version', value: toolVersion },
          ...databases.map(({ name, version, updatedAt }) => ({
            label: `Database ${name}`,
            value: `${version}${updatedAt ? `, ${age(updatedAt)}` : ''}`,
          })),
        ]}
      />
      {skipped.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            Skipped
          </Text>
          <List size="sm">
            {skipped.map(({ what, why }) => (
              <List.Item key={`${what} ${why}`}>
                {what}: {why}
              </List.Item>
            ))}
          </List>
        </div>
      )}
      {missing.length > 0 && (
        <details>
          <Text component="summary" size="sm">
            {count(missing.length)} {unit} gave no evidence
          </Text>
          <Text size="xs" c="dimmed" mt={4}>
            {missing.join(', ')}
          </Text>
        </details>
      )}
    </Stack>
  );
}
