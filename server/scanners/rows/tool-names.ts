import { maskSecrets } from '../secrets/mask-secrets.js';
import { fingerprintOf } from './row-texts.js';

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

/** Who makes a tool, as a report states it. */
export interface ToolMaker {
  organization: string;
  semanticVersion: string;
}

/**
 * Tools by their makers, for names that are in no family: `organization` and `name` of what a report states, and
 * the series in which the tool is numbered, as makers have several tools.
 */
const MADE_BY: readonly { organization: RegExp; name: RegExp; series: RegExp; tool: string }[] = [
  {
    organization: /^(?:semgrep|r2c|returntocorp)\b/,
    name: /./,
    series: /^[01]\./,
    tool: 'semgrep',
  },
  { organization: /^github\b/, name: /code|ql/, series: /^2\./, tool: 'codeql' },
  { organization: /^sonar/, name: /./, series: /^\d+\./, tool: 'sonarqube' },
  { organization: /^checkmarx\b/, name: /kics|infra|iac/, series: /^[12]\./, tool: 'kics' },
  { organization: /^snyk\b/, name: /code|sast/, series: /^1\./, tool: 'snyk-code' },
  { organization: /^snyk\b/, name: /source|sca|cli/, series: /^1\./, tool: 'snyk' },
  { organization: /^(?:bridgecrew|prisma)/, name: /./, series: /^[23]\./, tool: 'checkov' },
  { organization: /^aqua/, name: /trivy/, series: /^0\./, tool: 'trivy' },
  { organization: /^anchore\b/, name: /grype|vuln/, series: /^0\./, tool: 'grype' },
  { organization: /^pycqa\b/, name: /bandit|security/, series: /^1\./, tool: 'bandit' },
  { organization: /^gitleaks\b/, name: /./, series: /^8\./, tool: 'gitleaks' },
  { organization: /^microsoft\b/, name: /devskim/, series: /^[01]\./, tool: 'devskim' },
];

function madeBy(name: string, { organization, semanticVersion }: ToolMaker): string | null {
  const version = semanticVersion.replace(/^v/i, '');
  const maker = slugOf(organization);
  const found = MADE_BY.find(
    (known) =>
      known.organization.test(maker) && known.name.test(name) && known.series.test(version),
  );
  return found?.tool ?? null;
}

/** All names of a tool, this one included. */
export function namesOfTool(tool: string): readonly string[] {
  return FAMILY.get(tool) ?? [tool];
}

/**
 * The id of a tool that a report of any tool names: `Semgrep OSS` becomes `semgrep-oss`. Tools in
 * `suffixed` also have their own format, which names accounts and resources differently, so the format is
 * appended to their id: neither then judges the other's absence.
 */
export function toolNameOf(
  stated: string,
  format: string,
  suffixed: ReadonlySet<string>,
  maker?: ToolMaker,
): string {
  const own = slugOf(stated);
  const isKnown = FAMILY.has(own) || suffixed.has(own);
  const name = (!isKnown && maker && madeBy(own, maker)) || own;
  return suffixed.has(name) ? `${name}-${format}` : name || format;
}

function slugOf(stated: string): string {
  const masked = maskSecrets(stated);
  // Two names stay two, although they differ in a secret only.
  return (masked === stated ? stated : `${fingerprintOf(stated)} ${masked}`)
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^-+|(?<!-)-+$/g, '');
}
