import { randomUUID } from 'node:crypto';
import { MongoClient, ObjectId } from 'mongodb';
import { it } from 'vitest';
import { blobBackendContract } from '../blobs/blob-backend.contract.js';
import { MongoBlobs } from './mongo-blobs.js';
import { MongoConnection } from './mongo-connection.js';

const uri = process.env.TEST_MONGODB_URI;

if (uri) {
  const connection = new MongoConnection(uri);
  const withDb = async (
    name: string,
    work: (db: ReturnType<MongoClient['db']>) => Promise<unknown>,
  ) => {
    const client = new MongoClient(uri);
    await work(client.db(name));
    await client.close();
  };
  blobBackendContract(
    'MongoBlobs',
    async () => new MongoBlobs(`test_${randomUUID().slice(0, 8)}`, connection),
    async ({ where }) => {
      await withDb(where, (db) => db.dropDatabase());
      await connection.close();
    },
    {
      age: ({ where }, filename, uploadDate) =>
        withDb(where, (db) =>
          db.collection('blobs.files').updateOne({ filename }, { $set: { uploadDate } }),
        ),
      leaveHalf: ({ where }) =>
        withDb(where, (db) =>
          db.collection('blobs.chunks').insertOne({ files_id: new ObjectId(), n: 0, data: 'half' }),
        ),
      many: 1_100,
      large: 128 * 1024 ** 2,
    },
  );
} else {
  it.skip('MongoBlobs is NOT TESTED: TEST_MONGODB_URI is not set (.ci/mongodb/start.sh prints one)', () => {});
}
