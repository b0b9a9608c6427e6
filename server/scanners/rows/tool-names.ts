const MAX_LENGTH = 60;

/** Names under which one tool has been known. */
const FAMILIES: readonly (readonly string[])[] = [
  [
    'semgrep',
    'semgrep-oss',
    'semgrep-ce',
    'semgrep-community-edition',
    'semgrep-pro',
    'semgrep-code',
  ],
  ['codeql', 'codeql-command-line-toolchain', 'github-codeql'],
  ['sonarqube', 'sonarcloud', 'sonarqube-server', 'sonarqube-cloud', 'sonarqube-community-build'],
  ['snyk-code', 'snykcode'],
  ['snyk', 'snyk-open-source', 'snyk-cli'],
  ['kics', 'keeping-infrastructure-as-code-secure'],
  ['checkov', 'bridgecrew', 'bridgecrew-checkov'],
  ['devskim', 'microsoft-devskim'],
  ['defender-for-cloud', 'microsoft-defender-for-cloud', 'azure-security-center', 'azure-defender'],
  ['security-hub', 'aws-security-hub', 'security-hub-cspm', 'aws-security-hub-cspm'],
  ['tfsec', 'defsec'],
  ['clang-tidy', 'llvm-clang-tidy'],
];
const FAMILY = new Map(FAMILIES.flatMap((names) => names.map((name) => [name, names] as const)));

/** All names of a tool, this one included. */
export function namesOfTool(tool: string): readonly string[] {
  return FAMILY.get(tool) ?? [tool];
}

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
