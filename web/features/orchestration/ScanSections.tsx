import { SectionLinks } from '../../ui/SectionLinks.js';

const links = [
  { to: '/scans', label: 'Scans' },
  { to: '/scans/schedules', label: 'Schedules' },
  { to: '/scans/tools', label: 'Tools' },
  { to: '/scans/own-targets', label: 'Own targets' },
  { to: '/scans/dead-letters', label: 'Dead letters' },
] as const;

/** Links between the pages about scans. */
export function ScanSections() {
  return <SectionLinks label="Scans" links={links} />;
}
