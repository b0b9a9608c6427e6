import { useAppState } from '../../app/AppStateContext.js';
import { SectionLinks } from '../../ui/SectionLinks.js';

/** Links between the pages of the installation; those that the user may not read are left out. */
export function SystemSections() {
  const { may } = useAppState();
  const links = [
    { to: '/system', label: 'Health' },
    ...(may('audit:read') ? [{ to: '/system/audit', label: 'Audit trail' } as const] : []),
  ] as const;
  return <SectionLinks label="System" links={links} />;
}
