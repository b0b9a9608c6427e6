import { PERMISSIONS, type Permission } from '../../contract/endpoint.js';
import type { Me } from '../../contract/platform.js';

export function aMe(unavailable: Record<string, string> = {}): Me {
  return {
    user: { id: 'usr_1', name: 'Kim', email: 'kim@example.org' },
    team: { id: 'team_1', name: 'Platform team' },
    membership: { role: 'ADMIN', until: null, reach: null },
    teams: [{ id: 'team_1', name: 'Platform team' }],
    needsSecondFactor: false,
    permissions: [...PERMISSIONS],
    modules: [
      'platform',
      'security-scans',
      'catalogue',
      'mapping',
      'compliance',
      'cloud-security',
      'orchestration',
      'container-security',
      'web-security',
      'assessments',
      'drift',
      'evidence',
      'identity',
    ].map((name) => ({
      name,
      status: name in unavailable ? 'unavailable' : 'available',
      prefixes: [`/api/${name}`],
      reason: unavailable[name] ?? null,
      needsRestart: false,
    })),
  };
}

/** A user without these permissions. */
export function aMeWithout(...missing: Permission[]): Me {
  const me = aMe();
  return { ...me, permissions: me.permissions.filter((each) => !missing.includes(each)) };
}
