import type { CloudCredentials } from '../../../../contract/cloud-security.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { ScanMaterial, ScanUnit, ToolJudged, ToolQuestion } from '../../runs/scanner.js';
import type { ScanVerdict, ToolRun } from '../../runs/tool-run.js';
import { parseWebUrl, pinnedHosts } from '../../targets/index.js';
import type { AwsKeys, ScanSettings } from '../tool.js';
import { ACCOUNT_WIDE_SERVICES } from './account-wide.js';
import { judgeProwler } from './prowler.judge.js';
import { listChecksRun, planProwler, readCheckList } from './prowler.plan.js';
import type { ProwlerLogin, ProwlerTarget } from './prowler.providers.js';
import type { ProwlerScope } from './prowler.scope.js';

export function planScan(
  unit: ScanUnit,
  { credentials, addresses }: ScanMaterial,
  { awsIdentity, awsEndpoint }: ScanSettings,
): ToolRun {
  if (!credentials) throw new InvalidInputError('the account has no credentials');
  const { target, login } = loginOf(unit.target as ProwlerTarget, credentials, awsIdentity);
  const region = target.kind === 'aws' ? target.regions[0] : undefined;
  const run = planProwler(target, { login, region, scope: scopeOf(unit), awsEndpoint });
  if (target.kind !== 'kubernetes') return run;
  return { ...run, hosts: pinnedHosts(parseWebUrl(target.server).host, addresses) };
}

/** Asks which checks to expect. */
export function questionOf(unit: ScanUnit): ToolQuestion {
  const provider = (unit.target as ProwlerTarget).kind;
  const scope = scopeOf(unit);
  return {
    key: `prowler checks ${JSON.stringify([provider, scope])}`,
    run: listChecksRun(provider, scope),
    read: readCheckList,
  };
}

export function judgeScan({ answer, ...given }: ToolJudged): ScanVerdict {
  return judgeProwler({ ...given, expectedChecks: answer as readonly string[] | null });
}

/** Checks that send the account's addresses to a third party (Shodan) and need a key for it. */
const THIRD_PARTY: Readonly<Record<string, string[]>> = {
  aws: ['ec2_elastic_ip_shodan'],
  azure: ['network_public_ip_shodan'],
  gcp: ['compute_public_address_shodan'],
};

function scopeOf({ target, options }: ScanUnit): ProwlerScope {
  const { services, severities, accountWide = true } = options;
  const excludedChecks = THIRD_PARTY[target.kind];
  if (accountWide) return { services, severities, excludedChecks };
  const regional = services?.filter((service) => !ACCOUNT_WIDE_SERVICES.has(service));
  if (regional?.length) return { services: regional, severities, excludedChecks };
  const excludedServices = [...ACCOUNT_WIDE_SERVICES];
  return { services, severities, excludedChecks, excludedServices };
}

function loginOf(
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
          'there are no credentials to assume the role with: add keys to the account, or set SCANNER_AWS_ACCESS_KEY_ID and SCANNER_AWS_SECRET_ACCESS_KEY on the server',
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
