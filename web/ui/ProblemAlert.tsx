import { Alert, Button, Code, List, Stack, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { ApiProblem } from '../api/api-problem.js';

interface ProblemAlertProps {
  problem: unknown;
  onRetry?: () => void;
  wholePage?: boolean;
}

/** Titles to show instead of those of HTTP. */
const TITLES: Readonly<Record<string, string>> = {
  invalid_input: 'Invalid input',
  too_large: 'Too large',
  conflict: 'Not possible in the current state',
  forbidden: 'You do not have permission',
  unavailable: 'Not available right now',
};

/** The error message of the server, with the request id to report to the operator. */
export function ProblemAlert({ problem, onRetry, wholePage = false }: ProblemAlertProps) {
  const known = problem instanceof ApiProblem ? problem : null;
  const detail = problem instanceof Error ? problem.message : 'An unexpected error occurred.';
  // Messages that are part of the detail are not repeated.
  const errors = known?.errors.filter(({ message }) => !detail.includes(message));
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      icon={<CircleAlert aria-hidden />}
      title={(known && (TITLES[known.code] ?? known.title)) ?? 'Request failed'}
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
