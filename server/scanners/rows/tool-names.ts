const MAX_LENGTH = 60;

/**
 * The name of a tool whose report is in a format of any tool: `Semgrep OSS` becomes `semgrep-oss`. One of
 * `suffixed`, whose own format is read too, gets the format behind its name, so that results of the two,
 * which name accounts and resources in other ways, never judge each other's absence.
 */
export function toolNameOf(stated: string, format: string, suffixed: ReadonlySet<string>): string {
  const name = stated
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^-+|-+$/g, '');
  return suffixed.has(name) ? `${name}-${format}` : name || format;
}
