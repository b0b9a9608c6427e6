import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

const maps = new Map<string, SourceMap | null>();

/**
 * From here on stack traces name the files and lines of the source instead of the bundle's. Costs nothing
 * before a stack trace is read: Node's own --enable-source-maps would parse every map at the start.
 */
export function showSourcePositions(): void {
  Error.prepareStackTrace = (error, frames) =>
    [headOf(error), ...frames.map((frame) => `    at ${positioned(frame)}`)].join('\n');
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

function positioned(frame: NodeJS.CallSite): string {
  const text = String(frame);
  const [url, line, column] = [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()];
  if (!url?.startsWith('file:') || line === null || column === null) return text;
  const entry = mapOf(url)?.findEntry(line - 1, column - 1);
  if (!entry || !('originalSource' in entry)) return text;
  const place = `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return text.replace(`${url}:${line}:${column}`, () => place);
}

/** The map beside a file; null when there is none. */
function mapOf(url: string): SourceMap | null {
  let map = maps.get(url);
  if (map === undefined) {
    map = readMap(url);
    maps.set(url, map);
  }
  return map;
}

function readMap(url: string): SourceMap | null {
  try {
    const payload = JSON.parse(readFileSync(fileURLToPath(`${url}.map`), 'utf8'));
    const sources = payload.sources.map((source: string) => fileURLToPath(new URL(source, url)));
    return new SourceMap({ ...payload, sources });
  } catch {
    return null;
  }
}
