import { ActionIcon, Menu, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check, LogOut, UserRound, Users } from 'lucide-react';
import { useAppState } from '../../app/AppStateContext.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { useSignOut, useSwitchTeam } from './sign-in.api.js';

/** Who is signed in, in which team, and the way out. */
export function AccountMenu() {
  const { user, team, teams } = useAppState();
  const signOut = useSignOut();
  const change = useSwitchTeam();
  const problem = signOut.error ?? change.error;
  return (
    <Menu position="bottom-end" withinPortal width={260}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label="Your account">
          <UserRound size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {user.name}
          </Text>
          <Text size="xs">{team.name}</Text>
        </Menu.Label>
        {problem && <ProblemAlert problem={problem} />}
        {teams.some(({ id }) => id !== team.id) && (
          <>
            <Menu.Divider />
            <Menu.Label>Switch team</Menu.Label>
            {teams.map(({ id, name }) => (
              <Menu.Item
                key={id}
                leftSection={<Users size={16} aria-hidden />}
                rightSection={id === team.id ? <Check size={16} aria-label="current" /> : null}
                disabled={change.isPending}
                closeMenuOnClick={id === team.id}
                onClick={() => id !== team.id && change.mutate(id)}
              >
                {name}
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<UserRound size={16} aria-hidden />}>
          Account
        </Menu.Item>
        <Menu.Item
          leftSection={<LogOut size={16} aria-hidden />}
          disabled={signOut.isPending}
          closeMenuOnClick={false}
          onClick={() => signOut.mutate()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
