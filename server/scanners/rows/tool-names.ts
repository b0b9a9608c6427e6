const MAX_LENGTH = 60;

/**
 * The id of a tool that a report of any tool names: `Semgrep OSS` becomes `semgrep-oss`. Tools in
 * `suffixed` also have their own format, which names accounts and resources differently, so the format is
 * appended to their id: neither then judges the other's absence.
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
