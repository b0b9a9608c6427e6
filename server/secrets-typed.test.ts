import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnyEndpoint } from '../contract/endpoint.js';
import { readConfig } from './platform/config/config.js';
import { CSPMDatabaseManager } from './platform/database/database-manager.js';
import { setupStructuredLogging } from './platform/log/structured-logging.js';
import { databaseSettings } from './platform/platform.js';
import { maskSecrets } from './scanners/secrets/mask-secrets.js';
import {
  excerpts,
  filesWithMark,
  MARK,
  PLAIN_SECRETS,
  SECRETS,
  withSecrets,
} from './testing/planted.js';
import { requestOf } from './testing/probe.js';
import { PROBES } from './testing/team-probes.js';
import { type TwoTeams, twoTeams } from './testing/two-teams.js';
import { unpackedTexts } from './testing/unpacked-texts.js';

let dataDir: string;
let teams: TwoTeams;
const logged: string[] = [];
/** How many requests had a secret planted. */
let plantings = 0;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cspm-typed-'));
  const log = setupStructuredLogging(
    { logLevel: 'debug' },
    { write: (line) => void logged.push(line) },
    maskSecrets,
  );
  teams = await twoTeams({
    databases: new CSPMDatabaseManager(databaseSettings(readConfig({ DATA_DIR: dataDir }))),
    log,
    changed: async (call) => {
      const changed = await withSecrets(call, SECRETS[plantings % SECRETS.length] ?? '');
      if (JSON.stringify([changed, await fileOf(changed.payload)]).includes(MARK)) plantings += 1;
      return changed;
    },
  });
}, 120_000);
afterAll(async () => {
  await teams.app.close();
  await rm(dataDir, { recursive: true, force: true });
});

const fileOf = async (payload: unknown) =>
  payload instanceof FormData ? (payload.get('file') as File).text() : '';

/** Members that the endpoint takes as sent and that are no password, token or code. */
function secretsOf({ unmasked = [] }: AnyEndpoint): string[] {
  const hashed = ['password', 'current', 'next', 'token', 'code', 'challenge'];
  return unmasked.filter((name) => !hashed.includes(name));
}

test('an endpoint takes as sent only what it encrypts, hashes, or refuses if it contains a secret', () => {
  const kept = teams.app.http.endpoints.filter(({ unmasked }) => unmasked);
  const named = ({ method, path, unmasked = [] }: AnyEndpoint) =>
    `${method} ${path}: ${unmasked.join(', ')}`;
  const others = kept.filter((each) => secretsOf(each).length > 0);
  // The query and the logout token of a provider are used once and stored nowhere.
  expect(others.map(named).sort()).toEqual([
    'PATCH /api/cloud-security/accounts/:accountId: credentials',
    'PATCH /api/drift/channels/:channelId: target',
    'PATCH /api/identity-providers/:providerId: clientSecret',
    'PATCH /api/scans/schedules/:scheduleId: request',
    'POST /api/audit/forwards: target',
    'POST /api/auth/oidc/providers/:providerId/backchannel-logout: logout_token',
    'POST /api/auth/oidc/providers/:providerId/callback: query',
    'POST /api/cloud-security/accounts: credentials',
    'POST /api/container-security/images: reference',
    'POST /api/drift/channels: target',
    'POST /api/identity-providers: clientSecret',
    'POST /api/scans/estimate: image, path, url, apiDefinition, targets',
    'POST /api/scans/schedules: request',
    'POST /api/scans: image, path, url, apiDefinition, targets',
    'POST /api/security-scans/targets/:targetId/scan: apiDefinition',
    'POST /api/security-scans/targets: url, hosts',
  ]);
});

test.each([
  ['/api/scans', { kind: 'image', image: `acme/dckr_pat_${MARK.toLowerCase()}${'a1'.repeat(10)}` }],
  ['/api/scans', { kind: 'filesystem', path: `/srv/${PLAIN_SECRETS[0]}` }],
  ['/api/scans', { kind: 'repository', url: `https://git.example/${PLAIN_SECRETS[0]}` }],
  ['/api/scans', { kind: 'repository', url: `https://x:${MARK}@git.example/acme` }],
  ['/api/scans', { kind: 'web', url: `https://shop.example/?access_token=${MARK}` }],
  ['/api/scans', { kind: 'network', targets: [`${PLAIN_SECRETS[1]}.example`] }],
  ['/api/scans/estimate', { kind: 'web', url: `https://shop.example/?api_key=${MARK}` }],
  ['/api/security-scans/targets', { kind: 'web', url: `https://shop.example/?api_key=${MARK}` }],
  ['/api/security-scans/targets', { kind: 'network', hosts: [`${PLAIN_SECRETS[1]}.example`] }],
  ['/api/container-security/images', { reference: `acme/shop:${PLAIN_SECRETS[0]}` }],
])('refuses an address that contains a secret, without quoting it: %s %o', async (url, payload) => {
  const { statusCode, body } = await teams.call('a', { method: 'POST', url, payload });
  expect([statusCode, body.toLowerCase().includes(MARK.toLowerCase())]).toEqual([422, false]);
});

test('a secret in any text that people send is in no answer, file, database or log', async () => {
  expect(plantings).toBeGreaterThan(SECRETS.length);
  const { app, call, made } = teams;
  const leaks: string[] = [];
  for (const [name, probe] of Object.entries(PROBES)) {
    if (!name.startsWith('GET ')) continue;
    const { rawPayload, statusCode } = await call('a', requestOf(made, name, probe));
    const found = excerpts(await unpackedTexts(rawPayload));
    if (found.length > 0) leaks.push(`${name} ${statusCode}: ${found.join(' … ')}`);
  }
  expect(leaks).toEqual([]);
  expect(excerpts(logged)).toEqual([]);
  await app.platform.databases.close();
  expect(await filesWithMark(dataDir)).toEqual([]);
  expect(await filesWithMark(app.platform.config.dataDir)).toEqual([]);
});
