import { createHash } from 'node:crypto';
import type { CycloneDx, CycloneDxComponent } from '../../../../contract/container-security.js';
import type { StoredImage } from '../images/stored-image.js';
import type { StoredPackage } from './packages.repository.js';

type Details = NonNullable<StoredImage['details']>;

/**
 * The packages of an image as CycloneDX 1.6. The same scan always gives the same document with the same serial
 * number.
 */
export function buildSbom(
  image: Pick<StoredImage, 'id' | 'reference' | 'repository' | 'tag'>,
  details: Details,
  packages: readonly StoredPackage[],
): CycloneDx {
  const { os, scannedAt, trivyVersion } = details;
  const system: CycloneDxComponent[] = os
    ? [{ type: 'operating-system', 'bom-ref': 'os', name: os.family, version: os.name }]
    : [];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${image.id}\n${details.scanId ?? details.importId}\n${scannedAt}`)}`,
    version: 1,
    metadata: {
      timestamp: scannedAt,
      tools: {
        components: [
          {
            type: 'application',
            name: 'trivy',
            ...(trivyVersion === null ? {} : { version: trivyVersion }),
          },
        ],
      },
      component: imageComponent(image, details),
    },
    components: [...system, ...packages.map(packageComponent)],
  };
}

function imageComponent(
  { reference, repository, tag }: Pick<StoredImage, 'reference' | 'repository' | 'tag'>,
  { digest }: Details,
): CycloneDxComponent {
  const version = tag ?? digest;
  return {
    type: 'container',
    'bom-ref': 'image',
    name: repository,
    ...(version === null ? {} : { version }),
    ...(digest === null ? {} : { purl: ociPurl(repository, digest, tag) }),
    properties: [{ name: 'image:reference', value: reference }],
  };
}

/** Package URL of type `oci`: the digest is the version, the repository a qualifier. */
function ociPurl(repository: string, digest: string, tag: string | null): string {
  const name = repository.split('/').at(-1) ?? repository;
  const query = new URLSearchParams({ repository_url: repository, ...(tag ? { tag } : {}) });
  return `pkg:oci/${name}@${encodeURIComponent(digest)}?${query}`;
}

function packageComponent(item: StoredPackage): CycloneDxComponent {
  const { id, name, version, type, purl, path, licenses } = item;
  return {
    type: 'library',
    'bom-ref': id,
    name,
    ...(version === '' ? {} : { version }),
    ...(purl === '' ? {} : { purl }),
    ...(licenses.length === 0
      ? {}
      : { licenses: licenses.map((license) => ({ license: { name: license } })) }),
    properties: [
      { name: 'package:type', value: type },
      ...(path === '' ? [] : [{ name: 'package:path', value: path }]),
    ],
  };
}

/** A UUID of version 8, derived from a hash. */
function uuidOf(given: string): string {
  const hex = createHash('sha256').update(given).digest('hex').slice(0, 32).split('');
  hex[12] = '8';
  hex[16] = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4] ?? '8';
  const digits = hex.join('');
  const parts = [0, 8, 12, 16, 20].map((from, i, all) => digits.slice(from, all[i + 1] ?? 32));
  return parts.join('-');
}
