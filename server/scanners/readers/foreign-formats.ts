import { ACCEPTED } from '../tools/described-formats.js';
import { TOOLS } from '../tools/registry.js';
import type { Foreign, Mistaken } from './format.js';
import type { TopKeys } from './json-keys.js';

const MAGIC: [number[], string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x1f, 0x8b], 'gzip inside of gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd archive'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz archive'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'an SQLite database'],
];

/** Binary formats, by their first bytes; null if it may be text. */
export function foreignBytes(head: Buffer): Foreign | null {
  const magic = MAGIC.find(([bytes]) => bytes.every((byte, at) => head[at] === byte));
  if (magic) {
    return { looksLike: magic[1], advice: 'unpack it and give the report itself, plain or gzip' };
  }
  const utf16 =
    (head[0] === 0xff && head[1] === 0xfe) ||
    (head[0] === 0xfe && head[1] === 0xff) ||
    (head.length > 3 && (head[0] === 0) !== (head[1] === 0) && (head[2] === 0) !== (head[3] === 0));
  if (utf16) return { looksLike: 'UTF-16 text', advice: 'save it as UTF-8' };
  const sample = head.subarray(0, 512);
  const control = sample.filter((c) => c < 0x20 && c !== 9 && c !== 10 && c !== 13 && c !== 27);
  if (control.length * 20 <= sample.length) return null;
  return { looksLike: 'binary data', advice: 'give the report as the tool wrote it' };
}

const JSON_KINDS: [keys: string[], looksLike: string, advice: string][] = [
  [
    ['bomFormat'],
    'a CycloneDX SBOM',
    'an SBOM lists packages, not results: scan it, as with trivy sbom --format json',
  ],
  [
    ['spdxVersion', 'SPDXID'],
    'an SPDX SBOM',
    'an SBOM lists packages, not results: scan it, as with trivy sbom --format json',
  ],
];

/** Asks each tool whether this is one of its unsupported outputs. */
function mistaken<Kind extends keyof Mistaken>(
  kind: Kind,
  given: Parameters<NonNullable<Mistaken[Kind]>>[0],
): Foreign | null {
  for (const tool of TOOLS) {
    const ask = tool.mistaken?.[kind] as ((given: unknown) => Foreign | null) | undefined;
    const found = ask?.(given);
    if (found) return found;
  }
  return null;
}

/** Other kinds of JSON, by its top-level keys. */
export function foreignJson({ list, has }: TopKeys): Foreign | null {
  const kind = list ? undefined : JSON_KINDS.find(([keys]) => keys.every(has));
  return kind ? { looksLike: kind[1], advice: kind[2] } : null;
}

/** A first result that fits no format. */
export function foreignElement(element: Readonly<Record<string, unknown>>, top: TopKeys): Foreign {
  return (
    mistaken('element', element) ??
    foreignJson(top) ?? { looksLike: 'JSON of another kind', advice: ACCEPTED }
  );
}

/** Other kinds of XML, and web pages; a DTD is never read. */
export function foreignMarkup(head: string, root: string): Foreign {
  const found = mistaken('markup', head);
  if (found) return found;
  if (/<!doctype html|<html/i.test(head)) return { looksLike: 'an HTML page', advice: ACCEPTED };
  if (/<!DOCTYPE|<!ENTITY/i.test(head)) {
    return { looksLike: 'XML with a DTD', advice: 'a DTD is never read; leave it out' };
  }
  if (root === 'NessusClientData_v2') return { looksLike: 'XML of Nessus', advice: ACCEPTED };
  return { looksLike: 'XML of another kind', advice: ACCEPTED };
}

/** Any other text, by its first line. */
export function foreignText(firstLine: string): Foreign {
  const found = mistaken('text', firstLine);
  if (found) return found;
  if (/^"?[\w ]+"?(?:[,;\t]"?[\w ]+"?){2}/.test(firstLine.trimStart())) {
    return { looksLike: 'a table of another tool', advice: ACCEPTED };
  }
  return { looksLike: 'plain text or a log', advice: ACCEPTED };
}
