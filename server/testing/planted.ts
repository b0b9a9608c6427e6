import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileForm } from './test-http.js';
import type { Call } from './two-teams.js';
import { unpackedTexts } from './unpacked-texts.js';

/** What is looked for: it occurs in each planted secret, and in no text that may stay. */
export const MARK = 'Qx9ZkPlanted7';
/** For fields of few characters. */
const SHORT = `DB_PASS=${MARK}`;
/** Secrets of several shapes, also behind labels and escapes. */
export const SECRETS = [
  `ghp_${MARK}aB3dE5gH7jK9mN`,
  `hvs.${MARK}aB3dE5gH7jK9mNaB3`,
  `dckr_pat_${MARK}aB3dE5gH7`,
  `shpat_${MARK}aB3dE5gH7jK9mNaB3dE5`,
  `ATATT3${`${MARK}aB3dE5gH7jK9`.repeat(3)}`,
  `123456789:AAH${MARK}aB3dE5gH7jK9mNaB3dE`,
  `IQoJb3JpZ2lu${`${MARK}aB3dE5gH7jK9`.repeat(6)}`,
  `password: -----BEGIN RSA PRIVATE KEY-----\nMII${MARK}\n-----END RSA PRIVATE KEY-----`,
  `secret: secret_key="${MARK}"`,
  SHORT,
  `see\nghp_${MARK}aB3dE5gH7jK9mN\tand more`,
  `https://a.example/?next=%2Fb%3Ftoken%3D${MARK}aB3dE5`,
  `https://hooks.slack.com/services/T000/B000/${MARK}`,
  `amqps://shop:${MARK}@queue.example/`,
] as const;
/** Those that may stand in names of files, checks and fields. */
export const PLAIN_SECRETS = SECRETS.slice(0, 5);

/** The request with a secret behind each text that its sender wrote: `reason-of-team-a`. */
export async function withSecrets({ payload, url, ...call }: Call, secret: string): Promise<Call> {
  const search = url.replace(WRITTEN, (written) => `${written}${encodeURIComponent(` ${secret}`)}`);
  if (!(payload instanceof FormData)) {
    return { ...call, url: search, payload: planted(payload, secret) as object };
  }
  const file = payload.get('file') as File;
  const text = await file.text();
  const isText = /\.(?:csv|ya?ml|txt)$/.test(file.name);
  const content = isText ? text.replace(WRITTEN, (written) => `${written} ${secret}`) : null;
  const name = file.name.replace(/of-team-a/, `of-team-a-${PLAIN_SECRETS[0]}`);
  return {
    ...call,
    url: search,
    payload: fileForm(content ?? new Uint8Array(await file.arrayBuffer()), name),
  };
}

const WRITTEN =
  /\b(?:reason|justification|statement|control|intent|evidence|Evidence|environment|tag)-of-team-a\b/g;

function planted(value: unknown, secret: string): unknown {
  if (typeof value === 'string') {
    // Addresses, which are refused, contain dots and slashes.
    if (!/^[\w -]*of-team-a$/.test(value)) return value;
    return `${value} ${/^(?:environment|tag)-/.test(value) ? SHORT : secret}`;
  }
  if (Array.isArray(value)) return value.map((item) => planted(item, secret));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, planted(item, secret)]),
  );
}

/** What surrounds the mark in each of these texts that contain it. */
export function excerpts(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const at = text.indexOf(MARK);
    return at < 0 ? [] : [text.slice(Math.max(0, at - 80), at + MARK.length + 20)];
  });
}

/** A database that is being closed deletes its files. */
function nullIfGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** The files below a folder that contain the mark, also compressed, each with what surrounds it. */
export async function filesWithMark(folder: string): Promise<[name: string, ...string[]][]> {
  const found: [string, ...string[]][] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(nullIfGone);
    if (bytes === null) continue;
    const around = excerpts([entry.name, ...(await unpackedTexts(bytes))]);
    if (around.length > 0) found.push([entry.name, ...around]);
  }
  return found;
}
