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
import { SCAN_KINDS, type ScanKind } from '../../../contract/orchestration.js';
import { words } from '../../ui/format.js';

export { SCAN_KINDS };

interface KindLook {
  label: string;
  /** What it looks for. */
  about: string;
  icon: LucideIcon;
}

const looks: Record<ScanKind, KindLook> = {
  cloud: {
    label: 'Cloud account',
    about: 'Misconfigurations in AWS, Azure, Google Cloud or Kubernetes.',
    icon: Cloud,
  },
  web: {
    label: 'Web site',
    about: 'Headers, cookies and TLS in seconds; with ZAP also the pages behind.',
    icon: Globe,
  },
  network: {
    label: 'Network',
    about: 'Open ports and services on hosts and ranges.',
    icon: Network,
  },
  image: {
    label: 'Container image',
    about: 'Vulnerable packages, secrets and misconfigurations in an image.',
    icon: Container,
  },
  repository: {
    label: 'Git repository',
    about: 'Dependencies, secrets and infrastructure code in a repository.',
    icon: GitBranch,
  },
  filesystem: {
    label: 'Folder',
    about: 'Dependencies and secrets in a folder of the server.',
    icon: FolderTree,
  },
  config: {
    label: 'Infrastructure code',
    about: 'Misconfigurations in Terraform, Kubernetes, Docker and similar.',
    icon: FileCode,
  },
};

/** How a kind of scan is shown, including kinds unknown to this page. */
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
    description: 'ZAP follows links and analyses the responses, without attacking.',
  },
  {
    value: 'full',
    label: 'Full',
    description: 'ZAP attacks what it finds. Only for sites declared as your team’s own.',
  },
  {
    value: 'api',
    label: 'API',
    description:
      'ZAP attacks an API by its OpenAPI definition. Only for APIs declared as your team’s own.',
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
