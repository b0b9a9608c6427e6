import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import type { GenericResult } from '../../rows/generic-row.js';
import { fingerprintOf } from '../../rows/row-texts.js';
import type { Result } from './checkov-schema.js';

const SEVERITY: Readonly<Record<string, Severity>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  INFO: 'informational',
};

/** What all results of one framework share. */
export interface Where {
  /** `terraform`, `kubernetes`, `secrets` … */
  type: string;
  /** The folder that was scanned. */
  root: string;
  /** The repository that it is of, where the run states one. */
  repository: string;
  toolVersion: string | null;
}

export function rowOf(result: Result, verdict: Verdict, where: Where): GenericResult {
  const isSecret = where.type === 'secrets';
  const file = fileOf(result);
  // The resource of a secret is its hash, from which a weak one could be guessed.
  const resource = isSecret ? fingerprintOf(result.resource) : result.resource;
  const [from, to] = result.file_line_range ?? [];
  const lines = from ? ` lines ${from}–${to ?? from}` : '';
  const reason = result.check_result.suppress_comment;
  return {
    checkId: result.check_id,
    title: result.check_name,
    description: result.description || result.short_description,
    ...(isSecret ? SECRET : {}),
    remediationUrl: result.guideline,
    service: serviceOf(result, where.type),
    resourceType: isSecret ? 'secret' : typeOf(result.resource),
    categories: [isSecret ? 'secret' : 'misconfiguration', result.bc_category].filter(Boolean),
    verdict,
    // A comment skips the check, so the verdict beneath is unknown.
    mutedVerdict: null,
    severity: SEVERITY[result.severity.toUpperCase()] ?? (isSecret ? 'high' : 'medium'),
    rawSeverity: result.severity,
    provider: 'filesystem',
    accountId: where.repository || where.root,
    ...(where.repository !== '' && where.root !== '' && { accountAliases: [where.root] }),
    uid: file,
    name: isSecret ? file : result.resource,
    // By its subject, never by its line.
    subObject: `${file}#${resource}`,
    // A secret's line is its print already; of anything else the code.
    hint: isSecret ? '' : result.code_block,
    observed: [
      `${file}${lines}`,
      !isSecret && result.resource,
      reason !== '' && `skipped by a comment: ${reason}`,
    ]
      .filter(Boolean)
      .join(': '),
    toolVersion: where.toolVersion,
    details: { code: { file, line: from ?? null, match: null } },
  };
}

const SECRET = {
  risk: 'Whoever can read the file can use the secret.',
  remediation: 'Revoke the secret, issue a new one and keep it out of files.',
};

/** The file within the scanned folder: `terraform/main.tf`. */
export function fileOf({ file_path: path }: Result): string {
  return path.replaceAll('\\', '/').replace(/^\/+/, '');
}

/** The scanned folder: the absolute path without the file's; null if not stated. */
export function rootOf({ file_path: path, file_abs_path: absolute }: Result): string | null {
  const whole = absolute.replaceAll('\\', '/');
  const inner = path.replaceAll('\\', '/');
  if (!/^(?:\/|[A-Za-z]:\/)/.test(whole) || !inner.startsWith('/')) return null;
  return whole.endsWith(inner) ? whole.slice(0, -inner.length) : null;
}

/** `aws/s3` of `aws_s3_bucket.logs` and `AWS::S3::Bucket.Logs`; otherwise the framework. */
function serviceOf({ resource }: Result, type: string): string {
  const cloud =
    /(?:^|\.)(aws|azurerm|google)_([a-z0-9]+)_/.exec(resource) ??
    /^(AWS)::([A-Za-z0-9]+)::/.exec(resource);
  return cloud ? `${cloud[1]}/${cloud[2]}`.toLowerCase() : type;
}

/** `aws_s3_bucket`, `AWS::S3::Bucket`, `Pod`: without modules and names. */
function typeOf(resource: string): string {
  const parts = resource.split('.');
  const typed = parts.find((part) => /^[a-z0-9]+_[a-z0-9_]+$/.test(part));
  return typed ?? (/^[A-Z][\w:]*$/.test(parts[0] ?? '') ? (parts[0] ?? '') : '');
}
