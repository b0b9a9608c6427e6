import { isIP } from 'node:net';
import type { CloudCredentials } from '../../../contract/cloud-security.js';
import { InvalidInputError } from '../../platform/errors.js';
import { isDeclared } from '../targets/allowed-addresses.js';
import {
  type Host,
  imageOf,
  parseWebUrl,
  realFolderOf,
  repositoryOf,
  sameFolderOf,
} from '../targets/index.js';
import { type NmapOptions, nmapTool } from '../tools/nmap/index.js';
import { ACCOUNT_WIDE_SERVICES } from '../tools/prowler/account-wide.js';
import { judgeProwler } from '../tools/prowler/prowler.judge.js';
import {
  listChecksRun,
  type ProwlerTarget,
  prowlerTool,
  readCheckList,
} from '../tools/prowler/prowler.plan.js';
import type { ProwlerLogin } from '../tools/prowler/prowler.providers.js';
import type { ProwlerScope } from '../tools/prowler/prowler.scope.js';
import { prowlerCovers } from '../tools/prowler/prowler-coverage.js';
import { withdrawPasses } from '../tools/prowler/withdrawn-passes.js';
import { readTrivyVersion, trivyCovers, trivyTool, trivyVersionRun } from '../tools/trivy/index.js';
import { lesserTrivyRun, type TrivyTarget } from '../tools/trivy/trivy.plan.js';
import { webCheck } from '../tools/web-check/index.js';
import { type ZapOptions, zapTool } from '../tools/zap/index.js';
import type { Scanner, ScannerId, ScanUnit, ToolScanner } from './scanner.js';
import type { ToolRun } from './tool-run.js';

export interface ScanToolsSettings {
  /** Folders of this machine that may be scanned, for units that do not say what was allowed. */
  allowedFolders: readonly string[];
  /** A folder with Trivy's databases that is kept up to date elsewhere. */
  trivyDatabases?: string;
  /** Who assumes roles that come without keys of their own. */
  awsIdentity?: AwsKeys;
  /** Where AWS is when it is an emulator; for tests by the operator. */
  awsEndpoint?: string;
}

type AwsKeys = Pick<
  Extract<CloudCredentials, { kind: 'aws_keys' }>,
  'accessKeyId' | 'secretAccessKey' | 'sessionToken'
>;

/** Every scanner there is, by its id: how a unit becomes a start of its tool. */
export function createScanTools(settings: ScanToolsSettings): Map<ScannerId, Scanner> {
  const scanners: Scanner[] = [
    prowlerScanner(settings),
    trivyScanner(settings),
    zapScanner,
    nmapScanner,
    webCheck,
  ];
  return new Map(scanners.map((scanner) => [scanner.id, scanner]));
}

function prowlerScanner({ awsIdentity, awsEndpoint }: ScanToolsSettings): ToolScanner {
  return {
    id: 'prowler',
    title: prowlerTool.title,
    reports: prowlerTool.reports,
    log: 'prowler.log',
    plan: (unit, { credentials, addresses }) => {
      if (!credentials) throw new InvalidInputError('the account has no credentials');
      const { target, login } = prowlerLogin(
        unit.target as ProwlerTarget,
        credentials,
        awsIdentity,
      );
      const region = target.kind === 'aws' ? target.regions[0] : undefined;
      const scope = prowlerScope(unit);
      const run = prowlerTool.plan(target, { login, region, scope, awsEndpoint });
      if (target.kind !== 'kubernetes') return run;
      return { ...run, hosts: pinned(parseWebUrl(target.server).host, addresses) };
    },
    question: (unit) => {
      const provider = (unit.target as ProwlerTarget).kind;
      const scope = prowlerScope(unit);
      return {
        key: `prowler checks ${JSON.stringify([provider, scope])}`,
        run: listChecksRun(provider, scope),
        read: readCheckList,
      };
    },
    correct: withdrawPasses,
    judge: ({ answer, ...given }) => {
      const expectedChecks = answer as readonly string[] | null;
      const verdict = judgeProwler({ ...given, expectedChecks });
      return { ...verdict, covers: prowlerCovers(given.run, expectedChecks) };
    },
  };
}

/** Checks that tell a third party (Shodan) of the account's addresses, and need a key of its. */
const THIRD_PARTY: Readonly<Record<string, string[]>> = {
  aws: ['ec2_elastic_ip_shodan'],
  azure: ['network_public_ip_shodan'],
  gcp: ['compute_public_address_shodan'],
};

function prowlerScope({ target, options }: ScanUnit): ProwlerScope {
  const { services, severities, accountWide = true } = options;
  const excludedChecks = THIRD_PARTY[target.kind];
  if (accountWide) return { services, severities, excludedChecks };
  const regional = services?.filter((service) => !ACCOUNT_WIDE_SERVICES.has(service));
  if (regional?.length) return { services: regional, severities, excludedChecks };
  const excludedServices = [...ACCOUNT_WIDE_SERVICES];
  return { services, severities, excludedChecks, excludedServices };
}

function prowlerLogin(
  target: ProwlerTarget,
  credentials: CloudCredentials,
  awsIdentity?: AwsKeys,
): { target: ProwlerTarget; login: ProwlerLogin } {
  switch (credentials.kind) {
    case 'aws_keys': {
      const { kind: _, ...keys } = credentials;
      return { target, login: { kind: 'aws', keys } };
    }
    case 'aws_role': {
      const keys = credentials.keys ?? awsIdentity;
      if (!keys) {
        throw new InvalidInputError(
          'nobody is there to assume the role: give the account keys, or the server an identity of its own (SCANNER_AWS_ACCESS_KEY_ID and SCANNER_AWS_SECRET_ACCESS_KEY)',
        );
      }
      const { roleArn, externalId } = credentials;
      const withRole = target.kind === 'aws' ? { ...target, roleArn, externalId } : target;
      return { target: withRole, login: { kind: 'aws', keys } };
    }
    case 'azure_service_principal': {
      const { kind: _, ...servicePrincipal } = credentials;
      return { target, login: { kind: 'azure', servicePrincipal } };
    }
    case 'gcp_service_account':
      return { target, login: { kind: 'gcp', serviceAccountKey: JSON.parse(credentials.key) } };
    case 'kubernetes_token':
      return { target, login: { kind: 'kubernetes', login: { token: credentials.token } } };
    case 'kubernetes_certificate': {
      const { kind: _, ...login } = credentials;
      return { target, login: { kind: 'kubernetes', login } };
    }
  }
}

function trivyScanner({ allowedFolders, trivyDatabases }: ScanToolsSettings): ToolScanner {
  return {
    id: 'trivy',
    title: trivyTool.title,
    reports: trivyTool.reports,
    plan: async ({ target, options: { configOnly, allowedPath } }, { addresses }) => {
      const options = { configOnly, databases: trivyDatabases };
      if (target.kind === 'folder') {
        const path = allowedPath
          ? await sameFolderOf(target, allowedPath)
          : await realFolderOf(target, allowedFolders);
        return trivyTool.plan({ ...target, path }, { ...options, allowedFolders: [path] });
      }
      const run = trivyTool.plan(target as TrivyTarget, options);
      const host =
        target.kind === 'repository' ? repositoryOf(target).url.host : registryOf(target);
      return { ...run, hosts: pinned(host, addresses) };
    },
    lesser: lesserTrivyRun,
    ...(trivyDatabases === undefined
      ? {}
      : {
          question: () => ({
            key: 'trivy databases',
            run: trivyVersionRun(trivyDatabases),
            read: (stdout: string) => readTrivyVersion(stdout).databases,
          }),
        }),
    judge: ({ answer, ...given }) => {
      const more = { ...given, databases: (answer ?? []) as [] };
      return { ...trivyTool.judge(more), covers: trivyCovers(given.run) };
    },
  };
}

const zapScanner: ToolScanner = {
  id: 'zap',
  title: zapTool.title,
  reports: zapTool.reports,
  plan: ({ target, options }, { declared, addresses }) => {
    if (target.kind !== 'web') throw new InvalidInputError('ZAP looks at web addresses');
    const { host } = parseWebUrl(target.url);
    const url = options.apiDefinition;
    const run = zapTool.plan(target, {
      profile: (options.profile ?? 'baseline') as ZapOptions['profile'],
      ownershipProven: isDeclared(host, addresses, declared),
      ...(url === undefined ? {} : { api: { format: 'openapi', url } }),
    });
    return { ...run, hosts: pinned(host, addresses) };
  },
  judge: (given) => zapTool.judge(given),
};

const nmapScanner: ToolScanner = {
  id: 'nmap',
  title: nmapTool.title,
  reports: nmapTool.reports,
  plan: ({ target, options }, { addresses }) => {
    if (target.kind !== 'network') throw new InvalidInputError('Nmap looks at hosts');
    // The addresses that were allowed, so that no name can move in between.
    const pinned = { ...target, hosts: [...addresses] };
    return nmapTool.plan(pinned, { profile: options.profile as NmapOptions['profile'] });
  },
  judge: (given) => nmapTool.judge(given),
};

function registryOf(target: ScanUnit['target']): Host | null {
  return target.kind === 'image' ? imageOf(target).registry.host : null;
}

/** The name with the addresses that were allowed for it, so that it leads nowhere else while a container runs. */
function pinned(host: Host | null, addresses: readonly string[]): NonNullable<ToolRun['hosts']> {
  if (host?.kind !== 'name') return [];
  // The networks of containers have no IPv6, and not every tool tries the next address.
  const four = addresses.filter((address) => isIP(address) === 4);
  return (four.length > 0 ? four : addresses).map((address) => ({ name: host.text, address }));
}
