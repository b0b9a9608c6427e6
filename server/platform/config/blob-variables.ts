import { z } from 'zod';
import { BLOB_BACKENDS } from '../blobs/blob-backend.js';
import { Secret } from './secret.js';

/** Where files are kept. */
export const blobVariables = {
  blobs: {
    name: 'BLOBS',
    help: 'where reports, evidence, packages and waiting uploads are kept: folder (DATA_DIR), database (MongoDB), s3; default: database with MONGODB_URI, otherwise folder',
    example: 'folder',
    schema: z
      .enum(BLOB_BACKENDS, `must be one of ${BLOB_BACKENDS.join(', ')}`)
      .nullable()
      .default(null),
  },
  s3Bucket: {
    name: 'S3_BUCKET',
    help: 'bucket for BLOBS=s3',
    example: 'cspm-files',
    schema: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
      .nullable()
      .default(null),
  },
  s3Prefix: {
    name: 'S3_PREFIX',
    help: 'folder in the bucket, for several installations in one',
    example: 'cspm/',
    schema: z
      .string()
      .regex(/^([\w.-]+\/)*[\w.-]+\/?$/, 'must be a path of letters, digits, _, . and -')
      .transform((prefix) => (prefix.endsWith('/') ? prefix : `${prefix}/`))
      .default(''),
  },
  s3Region: {
    name: 'S3_REGION',
    help: 'region of the bucket',
    example: 'eu-central-1',
    schema: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, 'must be the name of a region')
      .default('us-east-1'),
  },
  s3Endpoint: {
    name: 'S3_ENDPOINT_URL',
    help: 'address of an S3-compatible store in place of AWS',
    example: 'https://minio.example.org:9000',
    schema: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .nullable()
      .default(null),
  },
  s3AccessKeyId: {
    name: 'S3_ACCESS_KEY_ID',
    help: 'key of the bucket; needs its secret too; without both the role of the machine or AWS’s own variables',
    example: 'AKIAIOSFODNN7EXAMPLE',
    schema: z
      .string()
      .regex(/^[\w.-]{3,128}$/, 'must be an access key id')
      .nullable()
      .default(null),
  },
  s3SecretAccessKey: {
    name: 'S3_SECRET_ACCESS_KEY',
    help: 'the secret of S3_ACCESS_KEY_ID',
    example: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    schema: z
      .string()
      .min(8, 'must be a secret access key')
      .transform((value) => new Secret(value))
      .nullable()
      .default(null),
  },
};
