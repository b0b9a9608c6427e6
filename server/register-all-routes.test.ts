import { afterEach, describe, expect, test } from 'vitest';
import { Health } from '../contract/platform.js';
import { Problem } from '../contract/problem.js';
import { ConfigError } from './platform/config/config.js';
import { MODULES, type ModuleDefinition } from './product-modules.js';
import { createTestApp, type TestApp, type TestOverrides } from './testing/test-core.js';

type Step = 'create' | 'start' | 'addRoutes';

let app: TestApp;
afterEach(() => app.close());

async function started(overrides: TestOverrides) {
  app = await createTestApp(overrides);
  return app;
}

/** The product's modules, with one that fails in this step. */
function failing(name: string, step: Step): ModuleDefinition[] {
  const fail = () => {
    throw new Error(`${name} cannot ${step}`);
  };
  return MODULES.map((definition) => {
    if (definition.name !== name) return definition;
    const create: ModuleDefinition['create'] = (...parts) => {
      if (step === 'create') fail();
      const module = definition.create(...parts);
      if (step === 'start') return { ...module, start: fail };
      // Its last route cannot be added.
      return { ...module, addRoutes: (http) => [module.addRoutes(http), fail()] };
    };
    return { ...definition, create };
  });
}

async function healthOf() {
  const response = await app.server.inject({ url: '/api/health' });
  expect(response.statusCode).toBe(200);
  const { status, modules } = Health.parse(response.json());
  const reasons = Object.fromEntries(modules.map(({ name, reason }) => [name, reason]));
  return { status, reasons };
}

async function statusAt(url: string, method: 'GET' | 'POST' = 'GET'): Promise<number> {
  const response = await app.server.inject({ method, url });
  if (response.statusCode >= 400) {
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(Problem.parse(response.json()).requestId).toBe(response.headers['x-request-id']);
  }
  return response.statusCode;
}

const COMPLIANCE_PATHS = [
  '/api/frameworks',
  '/api/common-controls/IAC-06',
  '/api/compliance-engine/posture',
];
const DEPENDENTS = ['assessments', 'drift', 'evidence'];
const because = (step: Step) => `the module compliance is unavailable: compliance cannot ${step}`;
const SCAN_PATHS = ['/api/security-scans/imports', '/api/security-scans/findings/fnd_1'];

describe.each<Step>(['create', 'start', 'addRoutes'])('a module that fails in %s()', (step) => {
  test('returns 503 with its reason, like the modules that depend on it; the others work', async () => {
    await started({ modules: failing('compliance', step) });
    const { status, reasons } = await healthOf();
    expect(status).toBe('degraded');
    expect(reasons).toEqual({
      ...Object.fromEntries(MODULES.map(({ name }) => [name, null])),
      ...Object.fromEntries(DEPENDENTS.map((name) => [name, because(step)])),
      compliance: `compliance cannot ${step}`,
    });
    for (const path of [
      ...COMPLIANCE_PATHS,
      '/api/frameworks/unknown/deep',
      '/api/common-controls?q=x',
      ...DEPENDENTS.map((name) => `/api/${name}`),
    ]) {
      expect(await statusAt(path), path).toBe(503);
    }
    expect(await statusAt('/api/compliance-engine/sync', 'POST')).toBe(503);
    expect(await statusAt('/api/security-scans/imports')).toBe(200);
    expect(await statusAt('/api/frameworkshop')).toBe(404);
    expect(await statusAt('/api/me')).toBe(200);
    expect(await statusAt('/api/openapi.json')).toBe(200);
    const answer = await app.server.inject({ url: '/api/frameworks' });
    expect(Problem.parse(answer.json()).detail).toContain(`compliance cannot ${step}`);
  });

  test('disables the modules that depend on it, each with the reason', async () => {
    await started({ modules: failing('security-scans', step) });
    const { status, reasons } = await healthOf();
    expect(status).toBe('degraded');
    expect(reasons['security-scans']).toBe(`security-scans cannot ${step}`);
    expect(reasons.compliance).toBe(
      `the module security-scans is unavailable: security-scans cannot ${step}`,
    );
    for (const path of [...SCAN_PATHS, ...COMPLIANCE_PATHS]) {
      expect(await statusAt(path), path).toBe(503);
    }
    expect(await statusAt('/api/me')).toBe(200);
    expect(await statusAt('/api/health/ready')).toBe(200);
  });
});

test('a module disabled after its start is stopped with the others', async () => {
  const stopped: string[] = [];
  const modules = MODULES.map((definition) => ({
    ...definition,
    create: (...parts: Parameters<ModuleDefinition['create']>) => {
      const module = definition.create(...parts);
      const addRoutes = () => {
        throw new Error('no routes');
      };
      const stop = async () => {
        await module.stop?.();
        stopped.push(definition.name);
      };
      return { ...module, addRoutes, stop };
    },
  }));
  await started({ modules });
  await app.close();
  expect(stopped).toEqual(MODULES.map(({ name }) => name).reverse());
});

test('a module that fails to stop does not prevent the others from stopping', async () => {
  const [scans, catalogue] = MODULES as [ModuleDefinition, ModuleDefinition];
  const stopped: string[] = [];
  const modules: ModuleDefinition[] = [
    {
      ...scans,
      create: (...parts) => {
        const module = scans.create(...parts);
        return { ...module, stop: async () => void stopped.push('security-scans') };
      },
    },
    {
      ...catalogue,
      create: (...parts) => ({
        ...catalogue.create(...parts),
        stop: () => Promise.reject(new Error('stuck')),
      }),
    },
  ];
  await started({ modules });
  await app.close();
  expect(stopped).toEqual(['security-scans']);
});

describe('CSPM_MODULES', () => {
  test('loads only the named modules, and sign-in', async () => {
    await started({ env: { CSPM_MODULES: 'security-scans' } });
    const reasons = { identity: null, 'security-scans': null };
    expect(await healthOf()).toEqual({ status: 'ok', reasons });
    expect(await statusAt('/api/security-scans/imports')).toBe(200);
    expect(await statusAt('/api/frameworks')).toBe(404);
    expect(app.http.endpoints.some(({ module }) => module === 'compliance')).toBe(false);
  });

  test('without a required module, a module is unavailable with the reason', async () => {
    await started({ env: { CSPM_MODULES: 'compliance' } });
    const { status, reasons } = await healthOf();
    expect(status).toBe('degraded');
    expect(reasons.compliance).toContain('security-scans is unavailable: it is not loaded');
    expect(await statusAt('/api/frameworks')).toBe(503);
  });

  test('with an unknown module stops the start and lists the known ones', async () => {
    const starting = createTestApp({ env: { CSPM_MODULES: 'complianse,security-scans' } });
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(
      /CSPM_MODULES: .*complianse.*security-scans, catalogue, mapping, compliance/,
    );
    await started({});
  });
});
