import {
  type CloudCredentials,
  type CloudProvider,
  type CloudScope,
  CREDENTIALS_OF,
} from '../../../../contract/cloud-security.js';
import { InvalidInputError } from '../../../platform/errors.js';

/** Google's own endpoint: a key file with another one would send signed tokens there. */
const TOKEN_URI = 'https://oauth2.googleapis.com/token';

/** Validates credentials for the provider; returns them as they are stored. Throws InvalidInputError. */
export function checkedCredentials(
  provider: CloudProvider,
  given: CloudCredentials,
): CloudCredentials {
  if (!CREDENTIALS_OF[provider].includes(given.kind)) {
    throw new InvalidInputError(
      `${given.kind} credentials do not work for ${provider}; use ${CREDENTIALS_OF[provider].join(' or ')}`,
    );
  }
  return given.kind === 'gcp_service_account'
    ? { ...given, key: serviceAccountKey(given.key) }
    : given;
}

/**
 * A service account's key, rebuilt from its required fields. Google's other credential files run programs or
 * fetch URLs (external_account), and a foreign token_uri receives the signed tokens.
 */
function serviceAccountKey(text: string): string {
  let file: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(text);
    file = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    // The parser's message quotes the text, and with it the key.
    throw new InvalidInputError('the service account key is not JSON');
  }
  if (file.type !== 'service_account') {
    throw new InvalidInputError(
      'only service account keys are accepted ("type": "service_account")',
    );
  }
  const field = (name: string, form: RegExp): string => {
    const value = file[name];
    if (typeof value === 'string' && form.test(value)) return value;
    throw new InvalidInputError(`the service account key has no usable ${name}`);
  };
  return JSON.stringify({
    type: 'service_account',
    project_id: field('project_id', /^[a-z0-9:.-]{4,100}$/),
    private_key_id: field('private_key_id', /^[0-9a-zA-Z]{1,100}$/),
    private_key: field('private_key', /^-----BEGIN (RSA )?PRIVATE KEY-----[\s\S]{100,8000}$/),
    client_email: field('client_email', /^[\w.+-]{1,100}@[\w.-]{1,150}$/),
    client_id: typeof file.client_id === 'string' ? file.client_id.slice(0, 100) : '',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: TOKEN_URI,
  });
}

/** A short text by which people recognise credentials. */
export function hintOf(credentials: CloudCredentials): string {
  switch (credentials.kind) {
    case 'aws_keys':
      return `key …${credentials.accessKeyId.slice(-4)}`;
    case 'aws_role':
      return credentials.roleArn;
    case 'azure_service_principal':
      return `client ${credentials.clientId}`;
    case 'gcp_service_account':
      return String(JSON.parse(credentials.key).client_email);
    case 'kubernetes_token':
      return 'token';
    case 'kubernetes_certificate':
      return 'client certificate';
  }
}

/** Every secret text in credentials: to redact the logs and messages of a run. */
export function secretsIn(credentials: CloudCredentials): string[] {
  switch (credentials.kind) {
    case 'aws_keys':
      return keysIn(credentials);
    case 'aws_role':
      return [...keysIn(credentials.keys), credentials.externalId ?? ''].filter(Boolean);
    case 'azure_service_principal':
      return [credentials.clientSecret];
    case 'gcp_service_account':
      return pemLines(String(JSON.parse(credentials.key).private_key));
    case 'kubernetes_token':
      return [credentials.token];
    case 'kubernetes_certificate':
      return [credentials.clientKey];
  }
}

function keysIn(keys?: { secretAccessKey: string; sessionToken?: string }): string[] {
  return keys ? [keys.secretAccessKey, keys.sessionToken ?? ''].filter(Boolean) : [];
}

/** Line by line, since a key may be printed with real or escaped line breaks, or as single lines. */
function pemLines(pem: string): string[] {
  return pem.split(/\r?\n|\\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'));
}

/** Identifies an account by what reports call it; where that is not how we reach it, apart from these. */
export function reportedKeyOf(provider: CloudProvider, accountId: string): string {
  return `${provider === 'kubernetes' ? 'kubernetes-report' : provider}/${accountId.toLowerCase()}`;
}

/** Identifies an account at its provider. */
export function accountKeyOf(scope: CloudScope): string {
  switch (scope.kind) {
    case 'aws':
      return `aws/${scope.accountId}`;
    case 'azure':
      return `azure/${scope.subscriptionId.toLowerCase()}`;
    case 'gcp':
      return `gcp/${scope.projectId}`;
    case 'kubernetes':
      return `kubernetes/${scope.server.toLowerCase().replace(/(?<!\/)\/+$/, '')}`;
  }
}
