import { SectionLinks } from '../../ui/SectionLinks.js';

const links = [
  { to: '/drift', label: 'Timeline' },
  { to: '/drift/snapshots', label: 'Snapshots' },
  { to: '/drift/policies', label: 'Policies' },
  { to: '/drift/channels', label: 'Channels' },
] as const;

export function DriftSections() {
  return <SectionLinks label="Drift" links={links} />;
}
