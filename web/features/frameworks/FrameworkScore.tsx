import { Group, Paper, Stack, Text } from '@mantine/core';
import type { FrameworkSummary } from '../../../contract/compliance.js';
import { expiredText } from '../../../contract/framework-words.js';
import { Explain } from '../../app/Explain.js';
import type { Word } from '../../app/glossary.js';
import { age, instant, percent } from '../../ui/format.js';
import { RangeBar } from '../../ui/RangeBar.js';
import { bandTones } from './BandTag.js';
import { postureText } from './score.words.js';

/** The score, ceiling and coverage of a framework, as figures and as a bar. */
export function FrameworkScore({ framework }: { framework: FrameworkSummary }) {
  const { name, score, coverage, ceiling, passing, band, evaluatedAt, expired } = framework;
  const seen = band !== 'none';
  return (
    <Paper>
      <Stack gap="sm">
        <Group gap="xl">
          <Figure word="score" label="Score" value={seen ? score : null} large />
          <Figure word="ceiling" label="Ceiling" value={seen ? ceiling : null} />
          <Figure word="coverage" label="Coverage" value={coverage} />
          {passing !== undefined && <Figure word="passing" label="Passing" value={passing} />}
        </Group>
        <RangeBar
          label={`${name}: ${postureText(framework)}`}
          from={score ?? 0}
          to={seen ? (ceiling ?? 0) : 0}
          tone={bandTones[band]}
          size="lg"
        />
        <Text size="xs" c="dimmed">
          {evaluatedAt ? (
            <time title={instant(evaluatedAt)}>Evaluated {age(evaluatedAt)}.</time>
          ) : (
            'Not evaluated yet.'
          )}{' '}
          Striped: not assessed yet, so it may turn out either way.
        </Text>
        {expired && (
          <Text size="sm" c="var(--tone-amber-fg)" className="tabular">
            {expiredText(expired)}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

interface FigureProps {
  word: Word;
  label: string;
  value: number | null;
  large?: boolean;
}

function Figure({ word, label, value, large = false }: FigureProps) {
  return (
    <div>
      <Text size="sm" c="dimmed" component="div">
        {label} <Explain word={word} />
      </Text>
      <Text fz={large ? 32 : 24} fw={650} lh={1.2} className="tabular">
        {percent(value)}
      </Text>
    </div>
  );
}
