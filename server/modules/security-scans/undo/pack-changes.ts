import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';

/** The ids of new documents, and changed ones as they were before. */
export interface PackedChanges {
  created: string[];
  before: { id: string }[];
}

const packed = promisify(deflate) as (bytes: Buffer, options: object) => Promise<Buffer>;
const unpacked = promisify(inflate);

/** As deflated JSON; ids alone, which deflating hardly shortens, as JSON. */
export async function packChanges(changes: PackedChanges): Promise<string> {
  if (changes.before.length === 0) return JSON.stringify(changes);
  const bytes = await packed(Buffer.from(JSON.stringify(changes)), { level: 1 });
  return bytes.toString('base64');
}

export async function unpackChanges(text: string): Promise<PackedChanges> {
  if (text.startsWith('{')) return JSON.parse(text) as PackedChanges;
  return JSON.parse((await unpacked(Buffer.from(text, 'base64'))).toString()) as PackedChanges;
}
