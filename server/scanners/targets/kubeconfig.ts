import { JSON_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import { KubernetesTarget } from '../../../contract/scan-targets.js';
import { fitting, refuse } from './refuse.js';
import { parseWebUrl } from './web-url.js';

const Base64 = z
  .string()
  .max(200_000)
  .regex(/^[A-Za-z0-9+/\s]+(?:=[=\s]*)?$/, { error: 'is not base64' });
/** How the platform signs in to a cluster. Nothing that runs a program or names a file. */
export const KubernetesLogin = z.union([
  z.object({ token: z.string().regex(/^[\w.~+/=-]{1,16000}$/, { error: 'is not a token' }) }),
  z.object({ clientCertificate: Base64, clientKey: Base64 }),
]);
export type KubernetesLogin = z.infer<typeof KubernetesLogin>;

/** A kubeconfig for one cluster, written from its fields alone. JSON is YAML too. */
export function writeKubeconfig(given: KubernetesTarget, login: KubernetesLogin): string {
  const target = fitting(KubernetesTarget, given, 'cluster');
  const user = fitting(KubernetesLogin, login, 'login of the cluster');
  const server = parseWebUrl(target.server, 'API server');
  if (server.scheme !== 'https') throw refuse('API server', target.server, 'it must be https');
  const authority = target.certificateAuthority;
  const cluster = {
    server: server.text,
    ...(authority === undefined
      ? {}
      : { 'certificate-authority-data': fitting(Base64, authority, 'certificate authority') }),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': target.context,
    clusters: [{ name: 'cluster', cluster }],
    users: [
      {
        name: 'user',
        user:
          'token' in user
            ? { token: user.token }
            : {
                'client-certificate-data': user.clientCertificate,
                'client-key-data': user.clientKey,
              },
      },
    ],
    contexts: [{ name: target.context, context: { cluster: 'cluster', user: 'user' } }],
  });
}

const text = z.string().optional();
const anything = z.unknown().optional();
const Cluster = z.strictObject({
  server: z.string(),
  'certificate-authority-data': text,
  extensions: anything,
});
/** Strict: what is not here names files, turns checks off or goes through a proxy. */
const User = z.strictObject({
  token: text,
  'client-certificate-data': text,
  'client-key-data': text,
  exec: anything,
  'auth-provider': anything,
});
const Context = z.strictObject({
  cluster: z.string(),
  user: z.string(),
  namespace: text,
  extensions: anything,
});
const Given = z.object({
  'current-context': text,
  clusters: z.array(z.object({ name: z.string(), cluster: z.unknown() })),
  users: z.array(z.object({ name: z.string(), user: z.unknown() })),
  contexts: z.array(z.object({ name: z.string(), context: Context })),
});

/** The fields of a kubeconfig that a user uploads; the file itself is never used. */
export function readKubeconfig(
  yaml: string,
  context?: string,
): { target: KubernetesTarget; login: KubernetesLogin } {
  const what = 'kubeconfig';
  if (yaml.length > 500_000) throw refuse(what, yaml, 'it is larger than 500 kB');
  const config = fitting(Given, parsed(yaml), what);
  const name = context ?? config['current-context'] ?? config.contexts[0]?.name ?? '';
  const chosen = named(config.contexts, name, 'context').context;
  const cluster = fitting(Cluster, named(config.clusters, chosen.cluster, 'cluster').cluster, what);
  const user = fitting(User, named(config.users, chosen.user, 'user').user, what);
  if (user.exec !== undefined || user['auth-provider'] !== undefined) {
    throw refuse(
      what,
      name,
      'its user signs in by a program (exec or auth-provider); give a token',
    );
  }
  const target = fitting(
    KubernetesTarget,
    {
      kind: 'kubernetes',
      context: name,
      server: cluster.server,
      certificateAuthority: cluster['certificate-authority-data'],
    },
    what,
  );
  const login = user.token
    ? { token: user.token }
    : { clientCertificate: user['client-certificate-data'], clientKey: user['client-key-data'] };
  return { target, login: fitting(KubernetesLogin, login, 'login of the cluster') };
}

function named<T extends { name: string }>(list: readonly T[], name: string, what: string): T {
  const found = list.find((item) => item.name === name);
  if (!found) throw refuse('kubeconfig', name, `it has no ${what} of this name`);
  return found;
}

function parsed(yaml: string): unknown {
  try {
    return load(yaml, { schema: JSON_SCHEMA });
  } catch {
    // The parser's message quotes the text, and with it secrets.
    throw refuse('kubeconfig', '', 'it is not valid YAML');
  }
}
