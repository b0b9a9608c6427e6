import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnavailableError } from '../errors.js';
import { blobBackendContract } from './blob-backend.contract.js';
import { S3Blobs } from './s3-blobs.js';

const endpoint = process.env.TEST_S3_ENDPOINT;
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing-secret' };
const settings = { prefix: 'cspm/', region: 'us-east-1', credentials };

if (endpoint) {
  const client = new S3Client({ region: 'us-east-1', endpoint, forcePathStyle: true, credentials });
  const bucket = `blobs-${randomUUID()}`;
  describe('with a bucket', () => {
    beforeAll(() => client.send(new CreateBucketCommand({ Bucket: bucket })));
    afterAll(async () => {
      await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      client.destroy();
    });
    blobBackendContract(
      'S3Blobs',
      async () => new S3Blobs({ ...settings, bucket, endpoint }),
      (backend) => backend.close(),
      {
        leaveHalf: async () => {
          const Key = 'cspm/incoming/imp_half';
          await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
        },
        isUndated: true, // moto returns the same date for all
        many: 1_010,
        large: 128 * 1024 ** 2,
      },
    );
  });
} else {
  it.skip('S3Blobs is NOT TESTED: TEST_S3_ENDPOINT is not set (.ci/s3/start.sh prints one)', () => {});
}

describe('S3Blobs without a server', () => {
  it('fails with UnavailableError in bounded time, and names no secret', async () => {
    const blobs = new S3Blobs({ ...settings, bucket: 'nowhere', endpoint: 'http://127.0.0.1:9' });
    const asked = blobs.stat('raw-reports/x');
    await expect(asked).rejects.toThrow(UnavailableError);
    await expect(asked).rejects.not.toThrow('testing-secret');
    await expect(blobs.write('incoming/x', Readable.from([Buffer.from('x')]))).rejects.toThrow(
      UnavailableError,
    );
    await blobs.close();
  }, 20_000);
});
