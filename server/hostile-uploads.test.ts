import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { built } from './package-root.js';
import { Parsing } from './platform/parsing/parsing.js';
import { createTestApp, type TestApp } from './testing/test-core.js';

vi.setConfig({ testTimeout: 120_000 });

let app: TestApp;
beforeAll(async () => {
  // Its parsers behave as the worst files make them: they never end.
  const entry = built('tools', 'hostile-parsers.js');
  const parsing = new Parsing({ entry, limits: { maxMs: 3_000 }, maxProcesses: 8 });
  app = await createTestApp({ parsing });
});
afterAll(() => app.close());

function upload(url: string, fileName: string) {
  return app.server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    payload: `--b\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n\r\nplanted-7Qx9\r\n--b--\r\n`,
  });
}

const LIMIT = 'reading it takes more than 3 s, the limit for such a file';

test('files at a limit are refused with the reason, and others are answered meanwhile', async () => {
  const urls = [
    '/api/frameworks/preview',
    '/api/frameworks',
    '/api/common-controls/preview',
    '/api/common-controls',
    '/api/common-controls/scf/preview',
    '/api/common-controls/mappings/import/preview',
    '/api/common-controls/mappings/import',
    '/api/evidence?kind=document',
  ];
  let ended = 0;
  const uploading = urls.map((url) =>
    upload(url, 'hostile.yaml').finally(() => {
      ended += 1;
    }),
  );
  const health = await app.server.inject('/api/health');
  expect([health.statusCode, ended]).toEqual([200, 0]);
  for (const refused of await Promise.all(uploading)) {
    expect(refused.json()).toMatchObject({ status: 422, detail: `hostile.yaml: ${LIMIT}` });
    expect(refused.body).not.toContain('planted');
  }
});

test('an import of a report at a limit fails with the reason, and the next one runs', async () => {
  const imports = '/api/security-scans/imports';
  const [{ id }, next] = [
    (await upload(imports, 'hostile.json')).json(),
    (await upload(imports, 'again.json')).json(),
  ];
  const of = async (importId: string) => (await app.server.inject(`${imports}/${importId}`)).json();
  await vi.waitUntil(async () => (await of(next.id)).finishedAt !== null, { timeout: 60_000 });
  expect(await of(id)).toMatchObject({ status: 'failed', problem: `hostile.json: ${LIMIT}` });
  expect(await of(next.id)).toMatchObject({ status: 'failed', problem: `again.json: ${LIMIT}` });
});
