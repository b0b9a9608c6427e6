import { z } from 'zod';
import { AuditReach } from './audit-reach.js';
import { endpoint } from './endpoint.js';
import { Role } from './roles.js';
import { Email, NewPassword, PersonName } from './sign-in.js';

const module = 'identity';
export const TeamName = z.string().trim().min(1).max(100);

export const Team = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  needsSecondFactor: z
    .boolean()
    .default(false)
    .describe('members may nothing before they signed in with a second factor'),
});
export type Team = z.infer<typeof Team>;

export const listTeams = endpoint({
  method: 'GET',
  path: '/api/teams',
  module,
  access: 'installation:write',
  summary: 'All teams of the installation',
  result: z.object({
    items: z.array(
      Team.extend({
        members: z.number().int(),
        isDeleting: z.boolean().default(false).describe('its data is being deleted'),
      }),
    ),
  }),
});

export const createTeam = endpoint({
  method: 'POST',
  path: '/api/teams',
  module,
  access: 'installation:write',
  summary: 'Create a team, with yourself as its admin',
  body: z.object({ name: TeamName }),
  idempotent: { shownOnce: [] },
  result: Team,
  status: 201,
});

export const TeamContents = z.object({
  id: z.string(),
  name: z.string(),
  members: z.number().int(),
  counts: z
    .array(z.object({ kind: z.string(), count: z.number().int() }))
    .describe('stored documents by collection, most first'),
});
export type TeamContents = z.infer<typeof TeamContents>;

const TeamParams = z.object({ teamId: z.string() });
export const previewTeamDeletion = endpoint({
  method: 'GET',
  path: '/api/teams/:teamId/deletion',
  module,
  access: 'installation:write',
  summary: 'What deleting a team would delete',
  params: TeamParams,
  result: TeamContents,
});

export const deleteTeam = endpoint({
  method: 'POST',
  path: '/api/teams/:teamId/deletion',
  module,
  access: 'installation:write',
  summary: 'Delete a team with its data, files, scans, schedules and keys',
  description:
    'Its members lose access at once, running scans are stopped, and a job deletes the rest; the list of teams shows when it has ended. The first team stays.',
  params: TeamParams,
  body: z.object({ name: z.string().max(100).describe('of the team, as a confirmation') }),
  result: z.object({ id: z.string() }),
  status: 202,
});

export const getTeam = endpoint({
  method: 'GET',
  path: '/api/teams/current',
  module,
  access: 'team:read',
  summary: 'Your team and what it asks of its members',
  result: Team,
});

export const changeTeam = endpoint({
  method: 'PATCH',
  path: '/api/teams/current',
  module,
  access: 'team:write',
  summary: 'Rename your team, or ask its members for a second factor',
  body: z.object({ name: TeamName, needsSecondFactor: z.boolean() }).partial(),
  result: Team,
});

const Until = z.iso.datetime().nullable();
/** What a member may do, for how long, and, for auditors, about what. */
const Grant = z.object({
  role: Role,
  until: Until.default(null),
  reach: AuditReach.nullable().default(null).describe('of an auditor; null: all of the team'),
});

/** `rule`: given by a claim rule of an identity provider, which takes it again too. */
export const MembershipSource = z.enum(['manual', 'invitation', 'rule']);
export type MembershipSource = z.infer<typeof MembershipSource>;

export const Member = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: Role,
  until: Until.describe('when the membership ends by itself'),
  reach: AuditReach.nullable(),
  isDisabled: z.boolean(),
  source: MembershipSource.default('manual'),
  lastSignInAt: z.iso.datetime().nullable(),
});
export type Member = z.infer<typeof Member>;

export const listMembers = endpoint({
  method: 'GET',
  path: '/api/teams/current/members',
  module,
  access: 'team:read',
  summary: 'The members of your team and their roles',
  result: z.object({ items: z.array(Member) }),
});

const MemberParams = z.object({ userId: z.string() });

export const putMember = endpoint({
  method: 'PUT',
  path: '/api/teams/current/members/:userId',
  module,
  access: 'team:write',
  summary: 'Change a member’s role, end, and what an auditor may see',
  description:
    'The last admin of a team keeps the role. Claim rules no longer change the membership.',
  params: MemberParams,
  body: Grant,
  result: Member,
});

export const removeMember = endpoint({
  method: 'DELETE',
  path: '/api/teams/current/members/:userId',
  module,
  access: 'team:write',
  summary: 'Remove a member from your team; their sessions and keys there end at once',
  params: MemberParams,
  result: z.object({ userId: z.string() }),
});

export const Invitation = z.object({
  id: z.string(),
  email: z.string(),
  role: Role,
  until: Until.describe('when the membership will end by itself'),
  reach: AuditReach.nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime(),
});
export type Invitation = z.infer<typeof Invitation>;

export const listInvitations = endpoint({
  method: 'GET',
  path: '/api/invitations',
  module,
  access: 'team:write',
  summary: 'Open invitations to your team',
  result: z.object({ items: z.array(Invitation) }),
});

export const invite = endpoint({
  method: 'POST',
  path: '/api/invitations',
  module,
  access: 'team:write',
  summary: 'Invite a person to your team by a link, valid for 7 days: mailed, or shown once',
  body: Grant.extend({ email: Email }),
  result: Invitation.extend({
    path: z
      .string()
      .nullable()
      .describe('path of the link on this server; null when it was mailed to the person'),
  }),
  status: 201,
});

export const revokeInvitation = endpoint({
  method: 'DELETE',
  path: '/api/invitations/:invitationId',
  module,
  access: 'team:write',
  summary: 'Revoke an open invitation',
  params: z.object({ invitationId: z.string() }),
  result: z.object({ id: z.string() }),
});

const InvitationToken = z.object({ token: z.string().min(20).max(200) });

export const previewInvitation = endpoint({
  method: 'POST',
  path: '/api/invitations/preview',
  module,
  access: 'public',
  summary: 'What an invitation’s link offers',
  body: InvitationToken,
  unmasked: ['token'],
  result: z.object({
    email: z.string(),
    team: z.string(),
    role: Role,
    isKnown: z.boolean().describe('an account with this e-mail exists: its password is asked for'),
  }),
});

export const acceptInvitation = endpoint({
  method: 'POST',
  path: '/api/invitations/accept',
  module,
  access: 'public',
  summary: 'Accept an invitation and sign in, as a new or as an existing user',
  body: InvitationToken.extend({
    name: PersonName.optional().describe('of a new user'),
    password: NewPassword.describe('a new one, or that of the existing account'),
  }),
  unmasked: ['token', 'password'],
  result: z.object({
    userId: z.string().nullable(),
    teamId: z.string(),
    challenge: z
      .object({ token: z.string(), expiresAt: z.iso.datetime() })
      .nullable()
      .describe('the second factor of an existing user is asked for: POST /api/auth/mfa'),
  }),
});
