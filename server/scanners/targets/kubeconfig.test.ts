import { describe, expect, it } from 'vitest';
import { readKubeconfig, writeKubeconfig } from './kubeconfig.js';

const target = {
  kind: 'kubernetes',
  context: 'prod',
  server: 'https://k8s.example:6443/',
  certificateAuthority: 'QUJD',
  namespaces: [],
} as const;
const yaml = (user: string, cluster = 'server: https://k8s.example:6443') => `
apiVersion: v1
kind: Config
current-context: prod
clusters: [{ name: c, cluster: { ${cluster} } }]
users: [{ name: u, user: { ${user} } }]
contexts: [{ name: prod, context: { cluster: c, user: u } }]
`;

describe('kubeconfig', () => {
  it('is written from fields and can be read again', () => {
    const text = writeKubeconfig({ ...target, namespaces: [] }, { token: 'abc.def' });
    expect(JSON.parse(text).users).toEqual([{ name: 'user', user: { token: 'abc.def' } }]);
    expect(readKubeconfig(text)).toEqual({
      target: { ...target, namespaces: [] },
      login: { token: 'abc.def' },
    });
  });

  it('takes client certificates', () => {
    const { login } = readKubeconfig(yaml('client-certificate-data: QUJD, client-key-data: REVG'));
    expect(login).toEqual({ clientCertificate: 'QUJD', clientKey: 'REVG' });
  });

  it.each([
    ['exec', 'exec: { command: sh, args: [-c, id] }', undefined],
    ['auth-provider', 'auth-provider: { name: gcp, config: { cmd-path: /bin/sh } }', undefined],
    ['a token file', 'tokenFile: /etc/shadow', undefined],
    ['a key file', 'client-key: /etc/shadow, client-certificate: /x', undefined],
    ['a password', 'username: a, password: b', undefined],
    ['impersonation', 'token: x, as: admin', undefined],
    ['a file of authorities', 'token: x', 'server: https://k, certificate-authority: /etc/shadow'],
    ['a proxy', 'token: x', 'server: https://k, proxy-url: http://evil'],
    ['no check of the server', 'token: x', 'server: https://k, insecure-skip-tls-verify: true'],
  ])('refuses %s', (_, user, cluster) => {
    expect(() => readKubeconfig(yaml(user, cluster))).toThrow(/refused/);
  });

  it('refuses http, other contexts and broken files without quoting them', () => {
    expect(() =>
      writeKubeconfig({ ...target, namespaces: [], server: 'http://k' }, { token: 'x' }),
    ).toThrow(/https/);
    expect(() => readKubeconfig(yaml('token: x'), 'other')).toThrow(/no context/);
    expect(() => readKubeconfig('token: hunter2: [')).not.toThrow(/hunter2/);
  });
});
