import { useAppState } from '../../app/AppStateContext.js';
import { SectionLinks } from '../../ui/SectionLinks.js';

const links = [
  { to: '/scans', label: 'Scans' },
  { to: '/scans/schedules', label: 'Schedules' },
  { to: '/scans/tools', label: 'Tools' },
  { to: '/scans/own-targets', label: 'Own targets' },
  { to: '/scans/dead-letters', label: 'Failed jobs' },
] as const;

const systemJobs = { to: '/scans/system-jobs', label: 'System jobs' } as const;

/** Links between the pages about scans. */
export function ScanSections() {
  const { may } = useAppState();
  const shown = may('installation:write') ? [...links, systemJobs] : links;
  return <SectionLinks label="Scans" links={shown} />;
}
