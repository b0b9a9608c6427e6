import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { listFrameworks } from '../../../contract/compliance.js';
import {
  changeTeam,
  createTeam,
  deleteTeam,
  getTeam,
  type Invitation,
  invite,
  listInvitations,
  listMembers,
  listTeams,
  type Member,
  previewTeamDeletion,
  putMember,
  removeMember,
  revokeInvitation,
} from '../../../contract/teams.js';
import { aFramework } from '../../testing/compliance.builders.js';
import { refused } from '../../testing/identity.builders.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const kim: Member = {
  ...{ userId: 'usr_1', name: 'Kim', email: 'kim@example.org', role: 'ADMIN', until: null },
  ...{ reach: null, isDisabled: false, source: 'manual' },
  lastSignInAt: '2026-11-01T10:00:00.000Z',
};
const lou: Member = {
  ...{ ...kim, userId: 'usr_2', name: 'Lou', email: 'lou@example.org', role: 'AUDITOR' },
  until: '2027-03-31T12:30:00.000Z',
};
const CREATED = '2026-11-20T10:00:00.000Z';
const team = {
  ...{ id: 'team_1', name: 'Platform team', createdAt: CREATED },
  needsSecondFactor: false,
};

const withTeam = (server = aServer()) =>
  server
    .on(getTeam, () => team)
    .on(listMembers, () => ({ items: [kim, lou] }))
    .on(listInvitations, () => ({ items: [] }))
    .on(putMember, ({ body }) => ({ ...lou, ...body }));

test('shows the members, their roles and their ends', async () => {
  withTeam();
  renderApp('/system/team');
  await screen.findByText('Kim');
  const mine = within(screen.getByRole('listitem', { name: 'Kim' }));
  mine.getByText('You');
  mine.getByText('Admin');
  const row = within(screen.getByRole('listitem', { name: 'Lou' }));
  row.getByText('Auditor');
  row.getByText('Until Mar 31, 2027');
});

test('changes a role after showing what each may do, and leaves the exact end', async () => {
  const server = withTeam();
  const { user } = renderApp('/system/team');
  const row = within(await screen.findByRole('listitem', { name: 'Lou' }));
  await user.click(row.getByRole('button', { name: 'Change role' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Role of Lou' }));
  dialog.getByText('runs scans, imports reports and triages findings');
  await user.click(dialog.getByRole('radio', { name: 'Security analyst' }));
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.filter(({ method }) => method === 'PUT')).toMatchObject([
    {
      path: '/api/teams/current/members/usr_2',
      body: { role: 'SECURITY_ANALYST', until: '2027-03-31T12:30:00.000Z', reach: null },
    },
  ]);
});

test('explains that the last admin cannot be removed', async () => {
  withTeam().on(removeMember, () => {
    throw refused(409, 'conflict', 'this is the last admin of the team: make another first');
  });
  const { user } = renderApp('/system/team');
  const row = within(await screen.findByRole('listitem', { name: 'Kim' }));
  await user.click(row.getByRole('button', { name: 'Remove' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Remove' }));
  await dialog.findByText('this is the last admin of the team: make another first');
});

test('invites an auditor for a time, and shows the link once', async () => {
  let items: Invitation[] = [];
  const server = withTeam()
    .on(listFrameworks, () => ({ items: [aFramework({ id: 'soc-2', name: 'SOC 2' })] }))
    .on(listInvitations, () => ({ items }))
    .on(invite, ({ body }) => {
      const made = {
        ...{ ...body, id: 'inv_1', createdAt: CREATED, createdBy: 'usr_1' },
        expiresAt: '2026-11-27T10:00:00.000Z',
      };
      items = [made];
      return { ...made, path: '/invitation#token=abc' };
    })
    .on(revokeInvitation, ({ params }) => {
      items = [];
      return { id: params.invitationId };
    });
  const { user, fill } = renderApp('/system/team');
  await screen.findByText('Nobody is invited at the moment.');
  await user.click(screen.getByRole('button', { name: 'Invite' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Invite to the team' }));
  await user.click(dialog.getByRole('button', { name: 'Create the link' }));
  await dialog.findByText('Is not an e-mail address');
  const email = dialog.getByLabelText(/^E-mail/);
  await waitFor(() => expect(document.activeElement).toBe(email));
  await fill(email, 'Max@example.org');
  await user.click(dialog.getByRole('radio', { name: 'Auditor' }));
  await dialog.findByRole('option', { name: 'Only SOC 2' });
  await user.selectOptions(dialog.getByLabelText('May see'), 'soc-2');
  await fill(dialog.getByLabelText('Evidence from'), '2027-01-01');
  await fill(dialog.getByLabelText('Evidence to'), '2027-03-31');
  await fill(dialog.getByLabelText('Last day'), '2027-06-30');
  await user.click(dialog.getByRole('button', { name: 'Create the link' }));
  await screen.findByText(`${window.location.origin}/invitation#token=abc`);
  screen.getByRole('button', { name: 'Copy' });
  expect(server.requests.find(({ method }) => method === 'POST')?.body).toEqual({
    email: 'Max@example.org',
    role: 'AUDITOR',
    until: '2027-06-30T23:59:59.000Z',
    reach: {
      ...{ frameworkId: 'soc-2', from: '2027-01-01T00:00:00.000Z' },
      to: '2027-03-31T23:59:59.000Z',
    },
  });
  screen.getByText('Only SOC 2, evidence of Jan 1, 2027 – Mar 31, 2027');
  const row = within(await screen.findByRole('listitem', { name: 'max@example.org' }));
  await user.click(row.getByRole('button', { name: 'Revoke' }));
  await screen.findByText('Nobody is invited at the moment.');
});

test('renames the team', async () => {
  const server = withTeam().on(changeTeam, ({ body }) => ({ ...team, ...body }));
  const { user, fill } = renderApp('/system/team');
  await user.click(await screen.findByRole('button', { name: 'Rename the team' }));
  const dialog = within(await screen.findByRole('dialog'));
  await fill(dialog.getByLabelText(/^Name/), 'Platform');
  await user.click(dialog.getByRole('button', { name: 'Rename' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.find(({ method }) => method === 'PATCH')?.body).toEqual({
    name: 'Platform',
  });
});

test('asks the members for a second factor', async () => {
  const server = withTeam().on(changeTeam, ({ body }) => ({ ...team, ...body }));
  const { user } = renderApp('/system/team');
  await user.click(await screen.findByLabelText('Members need a second factor'));
  await waitFor(() =>
    expect(server.requests.find(({ method }) => method === 'PATCH')?.body).toEqual({
      needsSecondFactor: true,
    }),
  );
});

test('shows members read-only, and no invitations, without permission', async () => {
  const server = withTeam(aServer(aMeWithout('team:write')));
  renderApp('/system/team');
  await screen.findByRole('listitem', { name: 'Lou' });
  expect(screen.queryByLabelText('Members need a second factor')).toBeNull();
  for (const name of ['Change role', 'Remove', 'Invite', 'Rename the team']) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
  expect(server.requests.some(({ path }) => path === '/api/invitations')).toBe(false);
});

test('lists the teams of the installation, and creates one', async () => {
  const items = [{ ...team, members: 3, isDeleting: false }];
  aServer()
    .on(listTeams, () => ({ items }))
    .on(createTeam, ({ body }) => {
      const made = { ...team, ...body, id: 'team_2' };
      items.push({ ...made, members: 1, isDeleting: false });
      return made;
    });
  const { user, fill } = renderApp('/system/teams');
  await screen.findByRole('cell', { name: '3' });
  await user.click(screen.getByRole('button', { name: 'Create a team' }));
  const dialog = within(await screen.findByRole('dialog'));
  await fill(dialog.getByLabelText(/^Name/), 'Payments');
  await user.click(dialog.getByRole('button', { name: 'Create' }));
  await screen.findByRole('cell', { name: 'Payments' });
});

test('says what goes with a team, and deletes it once its name is typed', async () => {
  let items = [
    { ...team, members: 3, isDeleting: false },
    { ...team, id: 'team_2', name: 'Payments', members: 1, isDeleting: false },
  ];
  const server = aServer()
    .on(listTeams, () => ({ items }))
    .on(previewTeamDeletion, () => ({
      ...{ id: 'team_2', name: 'Payments', members: 1 },
      counts: [{ kind: 'check_results', count: 12_345 }],
    }))
    .on(deleteTeam, ({ params, body }) => {
      if (body.name !== 'Payments') throw refused(422, 'invalid', 'is not the name of the team');
      items = items.map((each) => ({ ...each, isDeleting: each.id === params.teamId }));
      return { id: params.teamId };
    });
  const { user, fill } = renderApp('/system/teams');
  await user.click(await screen.findByRole('button', { name: 'Delete Payments' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete Payments?' }));
  await dialog.findByText('Check results: 12,345');
  await fill(dialog.getByLabelText(/^Name of the team/), 'Payment');
  await user.click(dialog.getByRole('button', { name: 'Delete for ever' }));
  await dialog.findByText('is not the name of the team');
  await fill(dialog.getByLabelText(/^Name of the team/), 'Payments');
  await user.click(dialog.getByRole('button', { name: 'Delete for ever' }));
  await screen.findByText('Being deleted');
  expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
});

test('shows which role has which permission', async () => {
  aServer(aMeWithout('team:write', 'installation:write'));
  renderApp('/system/roles');
  const table = within(await screen.findByRole('region', { name: 'Permissions of the roles' }));
  const row = within(table.getByRole('row', { name: /audit:read/ }));
  expect(row.getAllByRole('img').map((each) => each.getAttribute('aria-label'))).toEqual([
    ...['yes', 'yes', 'no', 'yes', 'yes', 'no'],
  ]);
  within(table.getByRole('row', { name: /installation:write/ })).getByText(
    /Administrators of the installation only/,
  );
});
