import { z } from 'zod';
import type { Permission } from './endpoint.js';

/** A member's role in a team. */
export const ROLES = [
  'ADMIN',
  'SECURITY_MANAGER',
  'SECURITY_ANALYST',
  'COMPLIANCE_OFFICER',
  'AUDITOR',
  'VIEWER',
] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

export const ROLE_TEXTS: Readonly<Record<Role, { name: string; about: string }>> = {
  ADMIN: { name: 'Admin', about: 'everything in the team, its members and their roles too' },
  SECURITY_MANAGER: {
    name: 'Security manager',
    about: 'everything in the team but its members',
  },
  SECURITY_ANALYST: {
    name: 'Security analyst',
    about: 'runs scans, imports reports and triages findings',
  },
  COMPLIANCE_OFFICER: {
    name: 'Compliance officer',
    about: 'decides on controls, answers assessments and keeps the evidence',
  },
  AUDITOR: { name: 'Auditor', about: 'reads everything, the audit trail too' },
  VIEWER: { name: 'Viewer', about: 'reads everything but the audit trail' },
};

const ALL = ROLES;
const MANAGERS = ['ADMIN', 'SECURITY_MANAGER'] as const;
const SECURITY = ['ADMIN', 'SECURITY_MANAGER', 'SECURITY_ANALYST'] as const;
const COMPLIANCE = ['ADMIN', 'SECURITY_MANAGER', 'COMPLIANCE_OFFICER'] as const;
const WRITERS = ['ADMIN', 'SECURITY_MANAGER', 'SECURITY_ANALYST', 'COMPLIANCE_OFFICER'] as const;

/**
 * The one table of who may do what: the server decides by it, the web app offers by it, the documentation shows it.
 * `roles` is empty for what only administrators of the installation may.
 */
export const PERMISSION_TABLE: Readonly<
  Record<Permission, { about: string; roles: readonly Role[] }>
> = {
  'team:read': { about: 'see the team and its members', roles: ALL },
  'team:write': { about: 'invite and remove members, change roles and the team', roles: ['ADMIN'] },
  'findings:read': { about: 'read findings', roles: ALL },
  'findings:triage': { about: 'triage findings', roles: SECURITY },
  'imports:read': { about: 'read imports', roles: ALL },
  'imports:write': { about: 'import reports, undo imports', roles: SECURITY },
  'compliance:read': { about: 'read controls, frameworks and scores', roles: ALL },
  'compliance:write': {
    about: 'decide on controls, choose frameworks, change settings',
    roles: COMPLIANCE,
  },
  'accounts:read': { about: 'read cloud accounts, never their credentials', roles: ALL },
  'accounts:write': { about: 'add cloud accounts and credentials', roles: MANAGERS },
  'scans:read': { about: 'read scans, targets, images and schedules', roles: ALL },
  'scans:run': { about: 'run and schedule scans, declare own targets', roles: SECURITY },
  'assessments:read': { about: 'read assessments', roles: ALL },
  'assessments:write': { about: 'answer assessments', roles: COMPLIANCE },
  'drift:read': { about: 'read drift', roles: ALL },
  'drift:write': { about: 'handle drift, change its policies and channels', roles: COMPLIANCE },
  'evidence:read': { about: 'read evidence and audit packages', roles: ALL },
  'evidence:write': { about: 'upload and review evidence', roles: COMPLIANCE },
  'keys:write': { about: 'create API keys with at most the own rights', roles: WRITERS },
  'audit:read': {
    about: 'read, export and verify the audit trail',
    roles: ['ADMIN', 'SECURITY_MANAGER', 'COMPLIANCE_OFFICER', 'AUDITOR'],
  },
  'installation:write': {
    about: 'what all teams share: users, teams, providers, system schedules, SCF',
    roles: [],
  },
};

export function permissionsOf(
  roles: readonly Role[],
  { isInstallationAdmin = false } = {},
): Permission[] {
  return (Object.keys(PERMISSION_TABLE) as Permission[]).filter((permission) => {
    const row = PERMISSION_TABLE[permission];
    return row.roles.length === 0
      ? isInstallationAdmin
      : roles.some((role) => row.roles.includes(role));
  });
}
