import type { ScanTarget } from '../../../contract/scan-targets.js';
import type { ScanMaterial, ScanUnit } from '../runs/scanner.js';

const SERVER = 'https://k8s.example:6443';
const UUID = '0b1f6471-1bf0-4dda-aec3-cb9272f09590';

/** One target of each kind, and what people wrote in it. */
const TARGETS: [ScanTarget, texts: string[]][] = [
  [{ kind: 'aws', accountId: '123456789012', regions: ['eu-west-1'] }, []],
  [{ kind: 'azure', tenantId: UUID, subscriptionId: UUID, cloud: 'AzureCloud' }, []],
  [{ kind: 'gcp', projectId: 'acme-shop-1' }, []],
  [{ kind: 'kubernetes', context: 'shop', server: SERVER, namespaces: [] }, [SERVER]],
  [{ kind: 'web', url: 'https://shop.example/cart' }, ['shop.example']],
  [{ kind: 'network', hosts: ['203.0.113.7'] }, ['203.0.113.7']],
  [{ kind: 'image', reference: 'ghcr.io/acme/shop:1.2' }, ['acme/shop']],
  [{ kind: 'repository', url: 'https://git.example/acme/shop.git' }, ['acme/shop']],
  [{ kind: 'folder', path: '/usr' }, []],
];

export const SCAN_UNITS: readonly { unit: ScanUnit; texts: string[] }[] = TARGETS.map(
  ([target, texts]) => ({
    unit: { scanner: '', name: target.kind, target, options: {} },
    texts,
  }),
);

const CREDENTIALS: Partial<Record<ScanTarget['kind'], ScanMaterial['credentials']>> = {
  aws: { kind: 'aws_keys', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 's3cret' },
  azure: {
    kind: 'azure_service_principal',
    clientId: UUID,
    clientSecret: 's3cret',
  },
  gcp: {
    kind: 'gcp_service_account',
    key: JSON.stringify({
      ...{ type: 'service_account', project_id: 'acme-shop-1', private_key_id: 'a1' },
      ...{ client_id: '1', client_email: 'scan@acme-shop-1.iam.gserviceaccount.com' },
      ...{
        private_key: '-----BEGIN PRIVATE KEY-----\ns3cret',
        token_uri: 'https://oauth2.googleapis.com/token',
      },
    }),
  },
  kubernetes: { kind: 'kubernetes_token', token: 's3cret' },
};

/** What a start of such a target is given beside it. */
export function scanMaterial(kind: ScanTarget['kind']): ScanMaterial {
  return {
    credentials: CREDENTIALS[kind] ?? null,
    declared: { ranges: [], names: [] },
    addresses: ['203.0.113.7'],
  };
}
