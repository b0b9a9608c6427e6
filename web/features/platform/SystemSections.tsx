import { useAppState } from '../../app/AppStateContext.js';
import { SectionLinks } from '../../ui/SectionLinks.js';

/** Links between the pages of the installation; those that the user may not read are left out. */
export function SystemSections() {
  const { may, has } = useAppState();
  const identity = has('identity');
  const links = [
    { to: '/system', label: 'Health' },
    ...(identity && may('team:read') ? [{ to: '/system/team', label: 'Team' } as const] : []),
    ...(identity ? [{ to: '/system/roles', label: 'Roles' } as const] : []),
    ...(identity && may('keys:write') ? [{ to: '/system/keys', label: 'API keys' } as const] : []),
    ...(identity && may('installation:write')
      ? ([
          { to: '/system/users', label: 'Users' },
          { to: '/system/teams', label: 'Teams' },
          { to: '/system/providers', label: 'Identity providers' },
        ] as const)
      : []),
    ...(may('audit:read') ? [{ to: '/system/audit', label: 'Audit trail' } as const] : []),
    ...(identity && may('team:write')
      ? [{ to: '/system/audit/forwarding', label: 'Audit forwarding' } as const]
      : []),
  ] as const;
  return <SectionLinks label="System" links={links} />;
}
