import { Alert, Button, Code, List, Stack, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { ApiProblem } from '../api/api-problem.js';

interface ProblemAlertProps {
  problem: unknown;
  onRetry?: () => void;
  wholePage?: boolean;
}

/** In place of the names that HTTP has for them. */
const TITLES: Readonly<Record<string, string>> = {
  invalid_input: 'This cannot be accepted',
  too_large: 'This is too large',
  conflict: 'This cannot be done as things stand',
  forbidden: 'You may not do this',
  unavailable: 'This is not available now',
};

/** A failure in the server's own words, with the request id to give to who runs it. */
export function ProblemAlert({ problem, onRetry, wholePage = false }: ProblemAlertProps) {
  const known = problem instanceof ApiProblem ? problem : null;
  const detail = problem instanceof Error ? problem.message : 'Something unexpected happened.';
  // What stands in the detail already is not said twice.
  const errors = known?.errors.filter(({ message }) => !detail.includes(message));
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      icon={<CircleAlert aria-hidden />}
      title={(known && (TITLES[known.code] ?? known.title)) ?? 'This failed'}
      m={wholePage ? 'xl' : 0}
      styles={{
        root: { background: 'var(--app-surface)' },
        title: { color: 'var(--tone-red-fg)' },
        icon: { color: 'var(--tone-red-fg)' },
      }}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{detail}</Text>
        {errors && errors.length > 0 && (
          <List size="sm">
            {errors.map(({ path, message }) => (
              <List.Item key={`${path} ${message}`}>
                <Code>{path}</Code> {message}
              </List.Item>
            ))}
          </List>
        )}
        {known?.requestId && (
          <Text size="xs" c="dimmed">
            Request <Code>{known.requestId}</Code> · {known.code}
          </Text>
        )}
        {onRetry && (
          <Button size="xs" variant="default" onClick={() => onRetry()}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
