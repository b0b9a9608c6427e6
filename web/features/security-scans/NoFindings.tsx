import { Button } from '@mantine/core';
import { SearchX, ShieldCheck } from 'lucide-react';
import type { FindingFilter } from '../../../contract/security-scans.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ButtonLink } from '../../ui/links.js';

interface NoFindingsProps {
  filter: Partial<FindingFilter>;
  onClear: () => void;
}

export function NoFindings({ filter, onClear }: NoFindingsProps) {
  if (Object.values(filter).some((value) => value !== undefined)) {
    return (
      <EmptyState
        icon={SearchX}
        title="No finding matches these filters"
        action={
          <Button variant="default" onClick={onClear}>
            Clear all filters
          </Button>
        }
      >
        There may be findings with other values.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={ShieldCheck}
      title="No open findings"
      action={
        <ButtonLink to="/imports" variant="default">
          Import a report
        </ButtonLink>
      }
    >
      Either every imported check passed, or nothing has been imported yet.
    </EmptyState>
  );
}
