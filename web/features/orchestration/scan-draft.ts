import { type ScanKind, type ScanRequest, startScan } from '../../../contract/orchestration.js';
import type { Severity } from '../../../contract/severity.js';
import { fieldErrors } from '../../ui/validation.js';
import type { ScanRequestInput } from './scan.api.js';
import { SCAN_KINDS, type WebDepth } from './scan-kinds.js';
import type { NewScanSearch } from './scans.search.js';

/** The values of the form: every field of every kind, so that changing the kind loses nothing. */
export interface ScanDraft {
  kind: ScanKind;
  accountId: string;
  regions: string[];
  services: string;
  severities: Severity[];
  url: string;
  depth: WebDepth;
  apiDefinition: string;
  targets: string;
  profile: 'quick' | 'standard' | 'thorough';
  image: string;
  repository: string;
  path: string;
}

export function draftOf({ kind = 'web', account, target = '', depth }: NewScanSearch): ScanDraft {
  const of = (...kinds: ScanKind[]) => (kinds.includes(kind) ? target : '');
  return {
    kind,
    accountId: account ?? '',
    regions: [],
    services: '',
    severities: [],
    url: of('web'),
    depth: depth ?? 'headers',
    apiDefinition: '',
    targets: of('network'),
    profile: 'quick',
    image: of('image'),
    repository: of('repository'),
    path: of('filesystem', 'config'),
  };
}

/** The form of an existing request. */
export function draftFrom(request: ScanRequest): ScanDraft {
  const draft = draftOf({ kind: request.kind });
  switch (request.kind) {
    case 'cloud': {
      const { accountId, regions = [], services = [], severities = [] } = request;
      return { ...draft, accountId, regions, services: services.join(', '), severities };
    }
    case 'web': {
      const { url, depth, apiDefinition = '' } = request;
      return { ...draft, url, depth, apiDefinition };
    }
    case 'network':
      return { ...draft, targets: request.targets.join('\n'), profile: request.profile };
    case 'image':
      return { ...draft, image: request.image };
    case 'repository':
      return { ...draft, repository: request.url };
    default:
      return { ...draft, path: request.path };
  }
}

/** Split at line breaks, commas and spaces. */
export function partsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

export function requestOf(draft: ScanDraft): ScanRequestInput {
  const { kind } = draft;
  switch (kind) {
    case 'cloud': {
      const services = partsOf(draft.services);
      return {
        kind,
        accountId: draft.accountId,
        ...(draft.regions.length > 0 ? { regions: draft.regions } : {}),
        ...(services.length > 0 ? { services } : {}),
        ...(draft.severities.length > 0 ? { severities: draft.severities } : {}),
      };
    }
    case 'web': {
      const apiDefinition = draft.depth === 'api' ? draft.apiDefinition.trim() : '';
      return {
        kind,
        url: webAddress(draft.url),
        depth: draft.depth,
        ...(apiDefinition ? { apiDefinition: webAddress(apiDefinition) } : {}),
      };
    }
    case 'network':
      return { kind, targets: partsOf(draft.targets), profile: draft.profile };
    case 'image':
      return { kind, image: draft.image.trim() };
    case 'repository':
      return { kind, url: draft.repository.trim() };
    default:
      return { kind, path: draft.path.trim() };
  }
}

/** Users write `example.org` and mean `https://example.org`. */
function webAddress(text: string): string {
  const address = text.trim();
  return address === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(address)
    ? address
    : `https://${address}`;
}

/** The required fields per kind. */
const REQUIRED: Record<ScanKind, readonly (keyof ScanDraft)[]> = {
  cloud: ['accountId'],
  web: ['url'],
  network: ['targets'],
  image: ['image'],
  repository: ['repository'],
  filesystem: ['path'],
  config: ['path'],
};

export type DraftErrors = Partial<Record<keyof ScanDraft, string>>;

/** The first error per field; null when the draft is valid. */
export function errorsOf(draft: ScanDraft): DraftErrors | null {
  const errors: DraftErrors = {};
  const needed = [
    ...REQUIRED[draft.kind],
    ...(draft.kind === 'web' && draft.depth === 'api' ? (['apiDefinition'] as const) : []),
  ];
  for (const field of needed) {
    if (String(draft[field]).trim() === '') errors[field] = 'This field is required';
  }
  for (const [path, message] of Object.entries(
    fieldErrors(startScan.body, requestOf(draft)) ?? {},
  )) {
    const [head = ''] = path.split('.');
    const field = draft.kind === 'repository' && head === 'url' ? 'repository' : head;
    errors[field as keyof ScanDraft] ??= message;
  }
  return Object.keys(errors).length > 0 ? errors : null;
}

/** The tools that the scan needs, by the server's names. */
export function toolsOf({ kind, depth }: Pick<ScanDraft, 'kind' | 'depth'>): readonly string[] {
  if (kind === 'cloud') return ['prowler'];
  if (kind === 'network') return ['nmap'];
  if (kind === 'web') return depth === 'headers' ? ['web-check'] : ['web-check', 'zap'];
  return ['trivy'];
}

/** The hosts that the scan would contact, as far as the text reveals them. */
export function hostsOf(draft: ScanDraft): string[] {
  if (draft.kind === 'network') return partsOf(draft.targets);
  if (draft.kind === 'web') return hostOf(webAddress(draft.url));
  if (draft.kind === 'repository') return hostOf(draft.repository.trim());
  return [];
}

function hostOf(address: string): string[] {
  try {
    const { hostname } = new URL(address);
    return hostname ? [hostname.replace(/^\[|\]$/g, '')] : [];
  } catch {
    return [];
  }
}

export function isKind(value: string): value is ScanKind {
  return SCAN_KINDS.some((kind) => kind === value);
}

/** What every group of fields gets. */
export interface ScanFieldsProps {
  draft: ScanDraft;
  errors: DraftErrors;
  onChange: (changes: Partial<ScanDraft>) => void;
}
