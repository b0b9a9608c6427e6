import { Button, Group } from '@mantine/core';
import { Radar, SearchX } from 'lucide-react';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ButtonLink } from '../../ui/links.js';

interface NoScansProps {
  isFiltered: boolean;
  onClear: () => void;
}

export function NoScans({ isFiltered, onClear }: NoScansProps) {
  const { may } = useAppState();
  if (isFiltered) {
    return (
      <EmptyState
        icon={SearchX}
        title="No scan matches these filters"
        action={
          <Button variant="default" onClick={onClear}>
            Clear all filters
          </Button>
        }
      >
        There may be scans of another kind, status or target.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Radar}
      title="No scans yet"
      action={
        may('scans:run') && (
          <Group gap="xs" justify="center">
            <ButtonLink to="/scans/new" search={{ kind: 'web' }}>
              Check a web site
            </ButtonLink>
            {may('accounts:write') && (
              <ButtonLink to="/accounts/new" variant="default">
                Add a cloud account
              </ButtonLink>
            )}
          </Group>
        )
      }
    >
      {may('scans:run')
        ? 'The web check is built in and needs no tool: enter an address and it finishes in seconds. Cloud accounts are scanned every day once added.'
        : 'Your role may see scans but not start them. Ask an administrator of the team.'}
    </EmptyState>
  );
}
