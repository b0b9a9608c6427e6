import {
  Boxes,
  Cloud,
  Container,
  FileCode,
  FolderTree,
  GitBranch,
  Globe,
  type LucideIcon,
  Network,
} from 'lucide-react';
import type { ScanKind } from '../../../contract/orchestration.js';
import { words } from '../../ui/format.js';

/** In the order in which they are offered. */
export const SCAN_KINDS = [
  'cloud',
  'web',
  'network',
  'image',
  'repository',
  'filesystem',
  'config',
] as const satisfies readonly ScanKind[];

interface KindLook {
  label: string;
  /** What it looks for. */
  about: string;
  icon: LucideIcon;
}

const looks: Record<ScanKind, KindLook> = {
  cloud: {
    label: 'Cloud account',
    about: 'Misconfigurations of AWS, Azure, Google Cloud or Kubernetes.',
    icon: Cloud,
  },
  web: {
    label: 'Web site',
    about: 'Headers, cookies and TLS at once; with ZAP also the pages behind.',
    icon: Globe,
  },
  network: {
    label: 'Network',
    about: 'Open ports and services of hosts and ranges.',
    icon: Network,
  },
  image: {
    label: 'Container image',
    about: 'Vulnerable packages, secrets and mistakes in an image.',
    icon: Container,
  },
  repository: {
    label: 'Git repository',
    about: 'Dependencies, secrets and infrastructure code of a repository.',
    icon: GitBranch,
  },
  filesystem: {
    label: 'Folder',
    about: 'Dependencies and secrets in a folder of the server.',
    icon: FolderTree,
  },
  config: {
    label: 'Infrastructure code',
    about: 'Mistakes in Terraform, Kubernetes, Docker and the like.',
    icon: FileCode,
  },
};

/** How a kind of scan is shown; also one that this page does not know yet. */
export function lookOf(kind: string): KindLook {
  const known = SCAN_KINDS.find((each) => each === kind);
  return known ? looks[known] : { label: words(kind), about: '', icon: Boxes };
}

export const WEB_DEPTHS = [
  {
    value: 'headers',
    label: 'Quick: headers, cookies and TLS',
    description: 'Built in, takes seconds, needs no tool.',
  },
  {
    value: 'baseline',
    label: 'Baseline',
    description: 'ZAP follows the links and looks at what comes back. It attacks nothing.',
  },
  {
    value: 'full',
    label: 'Full',
    description: 'ZAP attacks what it finds. Only for sites declared as your team’s own.',
  },
  {
    value: 'api',
    label: 'API',
    description: 'ZAP attacks an API by its OpenAPI definition. Only for your own.',
  },
] as const;

export type WebDepth = (typeof WEB_DEPTHS)[number]['value'];

export const NETWORK_PROFILES = [
  { value: 'quick', label: 'Quick', description: 'The 100 most common ports. Minutes.' },
  {
    value: 'standard',
    label: 'Standard',
    description: 'The 1,000 most common ports, and certificates.',
  },
  {
    value: 'thorough',
    label: 'Thorough',
    description: 'Every port, versions and ciphers. May take hours.',
  },
] as const;
