/** What a file is that we do not read, and what to do instead. */
export interface Foreign {
  looksLike: string;
  advice: string;
}

export const EXPORT_OCSF = 'export OCSF instead: prowler <provider> --output-formats json-ocsf';

const MAGIC: [number[], string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x1f, 0x8b], 'gzip inside of gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd archive'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz archive'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'an SQLite database'],
];

/** Binary formats, by their first bytes; null for what may be text. */
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
  return { looksLike: 'binary data', advice: 'give the report as Prowler wrote it' };
}

const JSON_KINDS: [RegExp, string, string][] = [
  [/"\$schema"\s*:\s*"[^"]*sarif|"runs"\s*:\s*\[/i, 'SARIF', EXPORT_OCSF],
  [/"ArtifactName"|"ArtifactType"/, 'Trivy JSON', 'only Prowler reports are read here'],
  [/"@programName"|"@generated"/, 'ZAP JSON', 'only Prowler reports are read here'],
  [/"template-id"\s*:/, 'nuclei JSON Lines', 'only Prowler reports are read here'],
  [/"bomFormat"|"spdxVersion"/, 'an SBOM', 'only Prowler reports are read here'],
];

/** Other tools' JSON, by words near its beginning. */
export function foreignJson(head: string): Foreign | null {
  const kind = JSON_KINDS.find(([pattern]) => pattern.test(head));
  return kind ? { looksLike: kind[1], advice: kind[2] } : null;
}

/** XML and web pages; a DTD is never read. */
export function foreignMarkup(head: string): Foreign {
  if (/<!doctype html|<html/i.test(head)) {
    const own = /prowler/i.test(head) ? "Prowler's HTML report" : 'an HTML page';
    return { looksLike: `${own}`, advice: EXPORT_OCSF };
  }
  const dtd = /<!DOCTYPE|<!ENTITY/i.test(head) ? ' with a DTD' : '';
  const tool = /<nmaprun/.test(head) ? ' of Nmap' : /<OWASPZAPReport/.test(head) ? ' of ZAP' : '';
  return {
    looksLike: `XML${tool}${dtd}`,
    advice: 'XML is not read; give Prowler OCSF, CSV or ASFF',
  };
}

/** Text that is neither JSON nor Prowler's CSV, by its first line. */
export function foreignText(firstLine: string): Foreign {
  if (/TITLE_ID|CHECK_RESULT/.test(firstLine)) {
    return { looksLike: 'a report of Prowler 2.x, which is not supported', advice: EXPORT_OCSF };
  }
  if (/CHECK_ID/.test(firstLine) && /STATUS/.test(firstLine)) {
    return {
      looksLike: 'a Prowler CSV that another program saved with other separators',
      advice: "give the file as Prowler wrote it, separated by ';'",
    };
  }
  if (/^\s*"?[\w ]+"?([,;\t]"?[\w ]+"?){2,}/.test(firstLine)) {
    return { looksLike: 'a table of another tool', advice: EXPORT_OCSF };
  }
  return { looksLike: 'plain text or a log', advice: EXPORT_OCSF };
}
