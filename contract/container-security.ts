import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { Inventoried, OpenFindings, PastScan } from './inventory.js';
import { ScanRun } from './orchestration.js';
import { listOf, PageQuery, pageOf } from './page.js';
import { Severity } from './severity.js';

const PREFIX = '/api/container-security';

// ── images ─────────────────────────────────────────────────────────────────────────────────────

/** Properties of the image from the newest scan with results. */
export const ImageDetails = z.object({
  scanId: z.string().nullable().describe('null: from an imported report'),
  importId: z.string().nullish(),
  scannedAt: z.string(),
  digest: z.string().nullable().describe('digest the tag pointed to: `sha256:…`'),
  configDigest: z.string().nullable().describe('the image id shown by Docker'),
  os: z.object({ family: z.string(), name: z.string(), endOfLife: z.boolean() }).nullable(),
  architecture: z.string().nullable().describe('in its distribution’s notation: `amd64`, `x86_64`'),
  sizeBytes: z.number().nullable(),
  packages: z.number(),
  trivyVersion: z.string().nullable(),
});
export type ImageDetails = z.infer<typeof ImageDetails>;

export const ContainerImage = Inventoried.extend({
  reference: z.string().describe('in full: `docker.io/library/nginx:1.27`'),
  registry: z.string(),
  repository: z.string(),
  tag: z.string().nullable(),
  digest: z.string().nullable().describe('the digest in the reference, when it is pinned'),
  details: ImageDetails.nullable(),
  findings: OpenFindings.extend({
    isOwn: z
      .boolean()
      .describe(
        'findings belong to the repository, not the tag; true when the latest scan of the repository with results was of this image',
      ),
  }),
});
export type ContainerImage = z.infer<typeof ContainerImage>;

const ImageParams = z.object({ imageId: z.string() });
const common = { module: 'container-security' } as const;

export const listImages = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/images`,
  access: 'scans:read',
  summary: 'Container images by reference, with their open findings',
  query: PageQuery.extend({
    q: z.string().max(200).optional().describe('part of the reference'),
    registry: listOf(z.string()),
    severity: listOf(Severity).describe('with open findings of these severities'),
  }),
  result: pageOf(ContainerImage),
});
export const getImage = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/images/:imageId`,
  access: 'scans:read',
  summary: 'One container image with its last scans',
  params: ImageParams,
  result: ContainerImage.extend({
    fixable: z.number().describe('open findings in packages with a fixed version'),
    scans: z.array(PastScan).describe('the last twenty'),
  }),
});
export const addImage = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/images`,
  access: 'scans:run',
  summary: 'Add a container image to the inventory, without scanning it',
  description:
    'The reference is validated and expanded to its full form. Scanned images are added automatically.',
  body: z.object({ reference: z.string().trim().min(1).max(500) }),
  unmasked: ['reference'],
  result: ContainerImage,
  status: 201,
});
export const scanImage = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/images/:imageId/scan`,
  access: 'scans:run',
  summary: 'Scan a container image',
  description: 'Returns the queued scan at once; 409 with its id while one is running.',
  params: ImageParams,
  result: ScanRun,
  status: 202,
});
export const deleteImage = endpoint({
  ...common,
  method: 'DELETE',
  path: `${PREFIX}/images/:imageId`,
  access: 'scans:run',
  summary: 'Remove a container image from the inventory',
  description: 'Its findings and scans stay. Scanning it again adds it back.',
  params: ImageParams,
  result: z.object({ id: z.string() }),
});

export const listRegistries = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/registries`,
  access: 'scans:read',
  summary: 'Registries of the images in the inventory',
  result: z.object({ items: z.array(z.object({ registry: z.string(), images: z.number() })) }),
});

// ── contents of images ─────────────────────────────────────────────────────────────────────────

export const ImagePackage = z.object({
  imageId: z.string(),
  image: z.string().describe('the reference'),
  name: z.string(),
  version: z.string(),
  type: z.string().describe('Trivy’s package type: `debian`, `npm`, `gobinary`'),
  purl: z.string().describe('package URL; empty when the tool reports none'),
  path: z.string().describe('its path in the image; empty for system packages'),
  licenses: z.array(z.string()),
});
export type ImagePackage = z.infer<typeof ImagePackage>;

export const listPackages = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/packages`,
  access: 'scans:read',
  summary: 'Packages in images by name, to find the images with a package',
  query: PageQuery.extend({
    q: z.string().max(200).optional().describe('part of the name or package URL'),
    imageId: z.string().max(100).optional(),
  }),
  result: pageOf(ImagePackage),
});

const CycloneDxComponent = z.object({
  type: z.enum(['library', 'container', 'operating-system']),
  'bom-ref': z.string(),
  name: z.string(),
  version: z.string().optional(),
  purl: z.string().optional(),
  licenses: z.array(z.object({ license: z.object({ name: z.string() }) })).optional(),
  properties: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});
export type CycloneDxComponent = z.infer<typeof CycloneDxComponent>;

/** CycloneDX 1.6 (ECMA-424). */
export const CycloneDx = z.object({
  $schema: z.string(),
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  serialNumber: z.string(),
  version: z.literal(1),
  metadata: z.object({
    timestamp: z.string(),
    tools: z.object({
      components: z.array(
        z.object({
          type: z.literal('application'),
          name: z.string(),
          version: z.string().optional(),
        }),
      ),
    }),
    component: CycloneDxComponent,
  }),
  components: z.array(CycloneDxComponent),
});
export type CycloneDx = z.infer<typeof CycloneDx>;
export const getSbom = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/images/:imageId/sbom`,
  access: 'scans:read',
  summary: 'Software bill of materials of an image, as CycloneDX 1.6',
  description: 'From the newest scan with results; 409 without one.',
  params: ImageParams,
  result: CycloneDx,
});
