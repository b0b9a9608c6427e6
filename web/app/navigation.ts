import {
  Activity,
  Gauge,
  LibraryBig,
  type LucideIcon,
  ShieldAlert,
  SlidersHorizontal,
  Upload,
} from 'lucide-react';
import type { ModuleName } from '../../contract/endpoint.js';

interface Section {
  label: string;
  to: '/' | '/frameworks' | '/controls' | '/findings' | '/imports' | '/system';
  icon: LucideIcon;
  module: ModuleName;
}

export const sections: readonly Section[] = [
  { label: 'Posture', to: '/', icon: Gauge, module: 'compliance' },
  { label: 'Frameworks', to: '/frameworks', icon: LibraryBig, module: 'compliance' },
  { label: 'Controls', to: '/controls', icon: SlidersHorizontal, module: 'compliance' },
  { label: 'Findings', to: '/findings', icon: ShieldAlert, module: 'security-scans' },
  { label: 'Imports', to: '/imports', icon: Upload, module: 'security-scans' },
  { label: 'System', to: '/system', icon: Activity, module: 'platform' },
];

/** The module whose pages stand under this path; none for an address that is not a page. */
export function moduleOf(pathname: string): ModuleName | null {
  if (pathname === '/') return 'compliance';
  const section = sections.find(
    ({ to }) => to !== '/' && (pathname === to || pathname.startsWith(`${to}/`)),
  );
  return section?.module ?? null;
}
