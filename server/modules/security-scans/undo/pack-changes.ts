import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';

/** The ids of new documents, and changed ones as they were before. */
export interface PackedChanges {
  created: string[];
  before: { id: string }[];
}

const packed = promisify(deflate) as (bytes: Buffer, options: object) => Promise<Buffer>;
const unpacked = promisify(inflate);

export async function packChanges(changes: PackedChanges): Promise<string> {
  const bytes = await packed(Buffer.from(JSON.stringify(changes)), { level: 1 });
  return bytes.toString('base64');
}

export async function unpackChanges(text: string): Promise<PackedChanges> {
  return JSON.parse((await unpacked(Buffer.from(text, 'base64'))).toString()) as PackedChanges;
}
