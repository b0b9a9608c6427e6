import { z } from 'zod';

/**
 * Scan targets as users and other programs write them. These schemas check form and length only;
 * `server/scanners/targets` parses and validates each value and rebuilds it from its parts, and only
 * the rebuilt value reaches a tool.
 */
const list = <T extends z.ZodType>(item: T, max: number) => z.array(item).min(1).max(max);

export const AWS_REGION = /^[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}$/;
export const AwsRegion = z.string().regex(AWS_REGION, { error: 'must look like eu-west-1' });
export const AwsRoleArn = z
  .string()
  .max(600)
  .regex(/^arn:aws[a-z-]{0,16}:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, {
    error: 'must look like arn:aws:iam::123456789012:role/Name',
  });

export const AwsTarget = z.object({
  kind: z.literal('aws'),
  accountId: z.string().regex(/^\d{12}$/, { error: 'must be the 12 digits of the account' }),
  regions: list(AwsRegion, 60),
  roleArn: AwsRoleArn.optional(),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, { error: 'must contain only characters that AWS allows' })
    .optional(),
});

const Uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: 'must be a UUID' });
export const AzureTarget = z.object({
  kind: z.literal('azure'),
  tenantId: Uuid,
  subscriptionId: Uuid,
  cloud: z
    .enum(['AzureCloud', 'AzureChinaCloud', 'AzureUSGovernment', 'AzureGermanCloud'])
    .default('AzureCloud'),
});

export const GcpTarget = z.object({
  kind: z.literal('gcp'),
  projectId: z.string().regex(/^([a-z0-9][a-z0-9.-]{0,200}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, {
    error: 'must be a project id such as my-project-1',
  }),
});

const KubernetesName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: 'must be a Kubernetes name',
});
export const KubernetesTarget = z.object({
  kind: z.literal('kubernetes'),
  context: z
    .string()
    .regex(/^[A-Za-z0-9][\w.:@/-]{0,199}$/, { error: 'must be the name of a context' }),
  /** The API server. */
  server: z.string().min(1).max(2000),
  /** PEM in base64, as in a kubeconfig. */
  certificateAuthority: z.string().max(100_000).optional(),
  namespaces: z.array(KubernetesName).max(100).default([]),
});

export const ImageTarget = z.object({
  kind: z.literal('image'),
  reference: z.string().min(1).max(600),
  platform: z
    .string()
    .regex(/^[a-z0-9]{1,20}\/[a-z0-9]{1,20}(\/[a-z0-9]{1,10})?$/, {
      error: 'must look like linux/amd64',
    })
    .optional(),
});

export const RepositoryTarget = z.object({
  kind: z.literal('repository'),
  url: z.string().min(1).max(2000),
  /** The revision to scan; default: the default branch. */
  at: z
    .object({ what: z.enum(['branch', 'tag', 'commit']), name: z.string().min(1).max(200) })
    .optional(),
});

export const FolderTarget = z.object({
  kind: z.literal('folder'),
  path: z.string().min(1).max(4000),
});

export const WebTarget = z.object({
  kind: z.literal('web'),
  url: z.string().min(1).max(2000),
});

export const NetworkTarget = z.object({
  kind: z.literal('network'),
  /** Names, addresses and CIDR ranges. */
  hosts: list(z.string().min(1).max(300), 1024),
  /** `22,80,8000-8100`; default: the ports of the profile. */
  ports: z.string().min(1).max(2000).optional(),
});

export const ScanTarget = z.discriminatedUnion('kind', [
  AwsTarget,
  AzureTarget,
  GcpTarget,
  KubernetesTarget,
  ImageTarget,
  RepositoryTarget,
  FolderTarget,
  WebTarget,
  NetworkTarget,
]);
export type ScanTarget = z.infer<typeof ScanTarget>;
export type AwsTarget = z.infer<typeof AwsTarget>;
export type AzureTarget = z.infer<typeof AzureTarget>;
export type GcpTarget = z.infer<typeof GcpTarget>;
export type KubernetesTarget = z.infer<typeof KubernetesTarget>;
export type ImageTarget = z.infer<typeof ImageTarget>;
export type RepositoryTarget = z.infer<typeof RepositoryTarget>;
export type FolderTarget = z.infer<typeof FolderTarget>;
export type WebTarget = z.infer<typeof WebTarget>;
export type NetworkTarget = z.infer<typeof NetworkTarget>;
