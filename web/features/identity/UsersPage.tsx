import { Button, Group, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { createResetLink, type User } from '../../../contract/users.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { instant } from '../../ui/format.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { SearchInput } from '../../ui/SearchInput.js';
import { ShownOnce } from '../../ui/ShownOnce.js';
import { NotAllowed } from '../orchestration/NotAllowed.js';
import { SystemSections } from '../platform/SystemSections.js';
import { useIdentity, usersQuery } from './identity.api.js';
import { NewUserDialog } from './NewUserDialog.js';
import { UserRow } from './UserRow.js';

const route = getRouteApi('/system/users');

export function UsersPage() {
  const { may } = useAppState();
  const [creating, setCreating] = useState(false);
  const reset = useIdentity(createResetLink);
  const [link, setLink] = useState<{ name: string; path: string; expiresAt: string } | null>(null);
  const createLink = ({ id, name }: User) =>
    reset.mutate(
      { params: { userId: id } },
      { onSuccess: ({ path, expiresAt }) => setLink({ name, path, expiresAt }) },
    );
  return (
    <>
      <PageHeader
        title="Users"
        about="Everyone who can sign in to this installation, in whichever team. Teams invite their members themselves."
        actions={
          may('installation:write') && (
            <Button
              leftSection={<UserPlus size={16} aria-hidden />}
              onClick={() => setCreating(true)}
            >
              Create a user
            </Button>
          )
        }
      />
      <SystemSections />
      {may('installation:write') ? (
        <Stack>
          {link && (
            <ShownOnce
              title={`The link with which ${link.name} sets a password, shown only once`}
              value={window.location.origin + link.path}
            >
              It works once, until {instant(link.expiresAt)}. Earlier links no longer work.
            </ShownOnce>
          )}
          {reset.error && <ProblemAlert problem={reset.error} />}
          <UserList onCreateLink={createLink} />
        </Stack>
      ) : (
        <NotAllowed what="see the users of the installation" />
      )}
      {creating && (
        <NewUserDialog
          onClose={() => setCreating(false)}
          onCreated={(user, hasPassword) => !hasPassword && createLink(user)}
        />
      )}
    </>
  );
}

function UserList({ onCreateLink }: { onCreateLink: (user: User) => void }) {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(usersQuery(q));
  return (
    <>
      <Group>
        <SearchInput
          label="Part of a name or e-mail address"
          value={q}
          onChange={(value) =>
            navigate({ search: { q: value }, replace: true, resetScroll: false })
          }
        />
      </Group>
      <PagedItems
        query={query}
        title="Users"
        empty={
          <EmptyState icon={Users} title="No user matches">
            Search for another part of a name or e-mail address.
          </EmptyState>
        }
      >
        {(items) => (
          <ul className={classes.rows}>
            {items.map((user) => (
              <UserRow key={user.id} user={user} onCreateLink={() => onCreateLink(user)} />
            ))}
          </ul>
        )}
      </PagedItems>
    </>
  );
}
