import type {
  FolderTarget,
  ImageTarget,
  RepositoryTarget,
} from '../../../../contract/scan-targets.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { LesserRun } from '../../runs/scanner.js';
import type { RunFile, RunLimits, RunResult, ToolRun } from '../../runs/tool-run.js';
import { folderOf, imageOf, repositoryOf } from '../../targets/index.js';

export type TrivyTarget = ImageTarget | RepositoryTarget | FolderTarget;
export const TRIVY_SCANNERS = ['vuln', 'misconfig', 'secret', 'license'] as const;
export type TrivyScanner = (typeof TRIVY_SCANNERS)[number];

export interface TrivyOptions {
  scanners?: readonly TrivyScanner[];
  /** Only configuration files (`trivy config`); for folders. */
  configOnly?: boolean;
  /** A folder with databases that another job updates; nothing is downloaded then. */
  databases?: string;
  /** Only for the registry of this image. */
  registryLogin?: { username: string; password: string };
  /** Folders of this machine that may be scanned. */
  allowedFolders?: readonly string[];
  limits?: Partial<RunLimits>;
}

const LIMITS: RunLimits = {
  timeoutMs: 30 * 60_000,
  memoryBytes: 4 * 1024 ** 3,
  cpus: 2,
  pids: 256,
  outputBytes: 8 * 1024 ** 3,
};
const MAX_IMAGE_SIZE = '10GB';

/**
 * One start of Trivy. The subcommand and every flag come from here; the caller's only text is the
 * target, rebuilt and after `--`. Configuration and ignore files are generated and empty, so that
 * those of the scanned folder or working directory are not used.
 */
export function planTrivy(target: TrivyTarget, options: TrivyOptions = {}): ToolRun {
  const limits = { ...LIMITS, ...options.limits };
  const seconds = Math.max(60, Math.floor(limits.timeoutMs / 1000) - 30);
  const mounts: { hostPath: string; name: string }[] = [];
  const files: RunFile[] = [
    { name: 'trivy.yaml', content: '{}\n', secret: false },
    { name: 'trivyignore', content: '# nothing is ignored\n', secret: false },
  ];
  const { command, flags, subject } = commandOf(target, options, mounts, files);
  if (options.databases) mounts.push({ hostPath: options.databases, name: 'databases' });
  const args = [
    command,
    '--config={input}/trivy.yaml',
    '--ignorefile={input}/trivyignore',
    '--format=json',
    '--output={output}/trivy.json',
    '--include-non-failures',
    '--exit-code=0',
    `--timeout=${seconds}s`,
    ...(command === 'config' ? [] : packageFlags(target, options)),
    ...(options.databases ? ['--cache-dir={input}/databases'] : ['--cache-dir={output}/cache']),
    // The rules of this release or next to the databases, so that they are the same every day.
    '--skip-check-update',
    ...flags,
    '--',
    subject,
  ];
  return {
    tool: 'trivy',
    args,
    env: envOf(options),
    files,
    network: networkOf(target, options),
    mounts,
    limits,
  };
}

function commandOf(
  target: TrivyTarget,
  options: TrivyOptions,
  mounts: { hostPath: string; name: string }[],
  files: RunFile[],
): { command: string; flags: string[]; subject: string } {
  if (target.kind === 'image') {
    const image = imageOf(target);
    if (options.registryLogin) files.push(loginFile(image.registry.text, options.registryLogin));
    const platform =
      target.platform === undefined ? [] : [`--platform=${platformOf(target.platform)}`];
    // Remote only: uses no socket of Docker, containerd or podman.
    return { command: 'image', flags: ['--image-src=remote', ...platform], subject: image.text };
  }
  if (target.kind === 'repository') {
    const { text, at } = repositoryOf(target);
    return { command: 'repo', flags: at ? [`--${at.what}=${at.name}`] : [], subject: text };
  }
  mounts.push({ hostPath: folderOf(target, options.allowedFolders ?? []), name: 'source' });
  return { command: options.configOnly ? 'config' : 'fs', flags: [], subject: '{input}/source' };
}

/** Licences only for code: an image has hundreds from its distribution. */
function scannersFor(target: TrivyTarget): readonly TrivyScanner[] {
  const usual = ['vuln', 'misconfig', 'secret'] as const;
  return target.kind === 'image' ? usual : [...usual, 'license'];
}

function packageFlags(
  target: TrivyTarget,
  { scanners = scannersFor(target), databases }: TrivyOptions,
): string[] {
  const wanted = TRIVY_SCANNERS.filter((scanner) => scanners.includes(scanner));
  if (wanted.length === 0) throw new InvalidInputError('name at least one scanner of Trivy');
  return [
    `--scanners=${wanted.join(',')}`,
    '--pkg-types=os,library',
    '--list-all-pkgs',
    '--show-suppressed',
    '--no-progress',
    ...(databases
      ? ['--skip-db-update', '--skip-java-db-update', '--offline-scan', '--cache-backend=memory']
      : []),
  ];
}

/** In the environment, as releases ignore variables that they do not know. */
function envOf({ registryLogin }: TrivyOptions): Record<string, string> {
  return {
    HOME: '{output}',
    TMPDIR: '{output}',
    TRIVY_DISABLE_TELEMETRY: 'true',
    TRIVY_SKIP_VERSION_CHECK: 'true',
    TRIVY_SKIP_VEX_REPO_UPDATE: 'true',
    TRIVY_MAX_IMAGE_SIZE: MAX_IMAGE_SIZE,
    ...(registryLogin ? { DOCKER_CONFIG: '{input}' } : {}),
  };
}

/** A folder is scanned without a network, unless the vulnerability database must be downloaded. */
function networkOf(target: TrivyTarget, options: TrivyOptions): ToolRun['network'] {
  const { databases, configOnly, scanners = scannersFor(target) } = options;
  const downloads = !databases && !configOnly && scanners.includes('vuln');
  return target.kind === 'folder' && !downloads ? 'none' : 'targets';
}

/** Trivy 0.74's messages: not available, never downloaded, broken. */
const NO_DATABASE = /\bDB error\b|--skip-(?:java-)?db-update cannot be specified|Java DB error/i;

/**
 * Trivy exits with code 1 and without a report if it has no vulnerability database: then only what needs
 * none is scanned.
 */
export function lesserTrivyRun(run: ToolRun, result: RunResult): LesserRun | null {
  const at = run.args.findIndex((arg) => arg.startsWith('--scanners='));
  const scanners = run.args[at]?.replace('--scanners=', '').split(',') ?? [];
  const rest = scanners.filter((scanner) => scanner !== 'vuln');
  const failed = result.ended === 'exited' && result.exitCode !== 0;
  if (!failed || !NO_DATABASE.test(result.stderr)) return null;
  if (rest.length === 0 || rest.length === scanners.length) return null;
  const databases = ['--skip-db-update', '--skip-java-db-update'];
  const args = run.args
    .with(at, `--scanners=${rest.join(',')}`)
    .filter((arg) => !databases.includes(arg));
  const folder = run.mounts.some(({ name }) => name === 'source');
  const why =
    'there is no vulnerability database: let Trivy download it, or give it a folder with one';
  return {
    run: { ...run, args, network: folder ? 'none' : run.network },
    lacking: [{ what: 'vulnerabilities', why }],
  };
}

/** Docker's format: Trivy sends the login to this registry only. */
function loginFile(registry: string, login: { username: string; password: string }): RunFile {
  const key = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return {
    name: 'config.json',
    content: JSON.stringify({ auths: { [key]: { auth } } }),
    secret: true,
  };
}

function platformOf(text: string): string {
  if (/^[a-z0-9]{1,20}\/[a-z0-9]{1,20}(\/[a-z0-9]{1,10})?$/.test(text)) return text;
  throw new InvalidInputError('the platform must look like linux/amd64');
}
