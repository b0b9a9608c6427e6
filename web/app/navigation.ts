import {
  Activity,
  ClipboardCheck,
  CloudCog,
  Container,
  FileCheck2,
  Gauge,
  Globe,
  History,
  LibraryBig,
  type LucideIcon,
  Radar,
  ShieldAlert,
  SlidersHorizontal,
  Upload,
} from 'lucide-react';
import type { ModuleName } from '../../contract/endpoint.js';

interface Section {
  label: string;
  to:
    | '/'
    | '/frameworks'
    | '/controls'
    | '/assessments'
    | '/drift'
    | '/findings'
    | '/scans'
    | '/accounts'
    | '/images'
    | '/targets'
    | '/imports'
    | '/evidence'
    | '/system';
  icon: LucideIcon;
  module: ModuleName;
}

export const sections: readonly Section[] = [
  { label: 'Posture', to: '/', icon: Gauge, module: 'compliance' },
  { label: 'Frameworks', to: '/frameworks', icon: LibraryBig, module: 'compliance' },
  { label: 'Controls', to: '/controls', icon: SlidersHorizontal, module: 'compliance' },
  { label: 'Assessments', to: '/assessments', icon: ClipboardCheck, module: 'assessments' },
  { label: 'Evidence', to: '/evidence', icon: FileCheck2, module: 'evidence' },
  { label: 'Drift', to: '/drift', icon: History, module: 'drift' },
  { label: 'Findings', to: '/findings', icon: ShieldAlert, module: 'security-scans' },
  { label: 'Scans', to: '/scans', icon: Radar, module: 'orchestration' },
  { label: 'Cloud accounts', to: '/accounts', icon: CloudCog, module: 'cloud-security' },
  { label: 'Container images', to: '/images', icon: Container, module: 'container-security' },
  { label: 'Web and network', to: '/targets', icon: Globe, module: 'web-security' },
  { label: 'Imports', to: '/imports', icon: Upload, module: 'security-scans' },
  { label: 'System', to: '/system', icon: Activity, module: 'platform' },
];

/** The module that owns the pages under this path; null for a path without pages. */
export function moduleOf(pathname: string): ModuleName | null {
  if (pathname === '/') return 'compliance';
  const section = sections.find(
    ({ to }) => to !== '/' && (pathname === to || pathname.startsWith(`${to}/`)),
  );
  return section?.module ?? null;
}
