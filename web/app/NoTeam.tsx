import { Users } from 'lucide-react';
import { EmptyState } from '../ui/EmptyState.js';
import { ButtonLink } from '../ui/links.js';
import { PageHeader } from '../ui/PageHeader.js';
import { useAppState } from './AppStateContext.js';

/** In place of the pages of a team, for a user who is in none. */
export function NoTeam() {
  const { may } = useAppState();
  return (
    <>
      <PageHeader title="No team" />
      <EmptyState
        icon={Users}
        title="You are in no team"
        action={
          may('installation:write') && (
            <ButtonLink to="/system/teams" variant="default">
              Create a team
            </ButtonLink>
          )
        }
      >
        Findings, controls and evidence belong to teams. Ask the admin of a team to invite you.
      </EmptyState>
    </>
  );
}
