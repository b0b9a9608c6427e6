import { withoutVersion, withoutVersionIn } from '../../rows/package-url.js';

/** Package URL types by Trivy's words, for reports from versions without package URLs. */
const PURL_TYPE: Readonly<Record<string, string>> = {
  alpine: 'apk/alpine',
  wolfi: 'apk/wolfi',
  chainguard: 'apk/chainguard',
  debian: 'deb/debian',
  ubuntu: 'deb/ubuntu',
  redhat: 'rpm/redhat',
  centos: 'rpm/centos',
  rocky: 'rpm/rocky',
  alma: 'rpm/alma',
  amazon: 'rpm/amazon',
  oracle: 'rpm/oracle',
  fedora: 'rpm/fedora',
  photon: 'rpm/photon',
  'cbl-mariner': 'rpm/cbl-mariner',
  npm: 'npm',
  yarn: 'npm',
  pnpm: 'npm',
  bun: 'npm',
  'node-pkg': 'npm',
  pip: 'pypi',
  pipenv: 'pypi',
  poetry: 'pypi',
  uv: 'pypi',
  'python-pkg': 'pypi',
  gomod: 'golang',
  gobinary: 'golang',
  jar: 'maven',
  pom: 'maven',
  gradle: 'maven',
  'gradle-lockfile': 'maven',
  bundler: 'gem',
  gemspec: 'gem',
  composer: 'composer',
  'composer-vendor': 'composer',
  cargo: 'cargo',
  rustbinary: 'cargo',
  nuget: 'nuget',
  'dotnet-core': 'nuget',
  'packages-props': 'nuget',
};

/** A package without its version: `pkg:deb/debian/openssl`. */
export function packageKey(purl: string, type: string, name: string): string {
  if (purl.startsWith('pkg:')) return withoutVersion(purl);
  const kind = PURL_TYPE[type] ?? (type === '' ? 'generic' : type);
  const plain = kind === 'maven' ? name.replace(':', '/') : name.replace(/^@/, '%40');
  return `pkg:${kind}/${kind === 'pypi' ? plain.toLowerCase().replaceAll('_', '-') : plain}`;
}

/**
 * The location of the package. For system packages Trivy states the artifact and its release, which is
 * not a location. The version is removed, as a folder named after it moves with every upgrade.
 */
export function packagePath(
  path: string,
  result: { Class: string; Target: string },
  version: string,
): string {
  const isPlace =
    result.Class !== 'os-pkgs' &&
    !DISPLAY_NAMES.has(result.Target) &&
    !/ \([^)]+\)$/.test(result.Target);
  const stated = path !== '' ? path : isPlace ? result.Target : '';
  return withoutVersionIn(stated, version);
}

const DISPLAY_NAMES = new Set([
  'Java',
  'Node.js',
  'Python',
  'Ruby',
  'PHP',
  'Rust',
  'Conda',
  'Julia',
]);
