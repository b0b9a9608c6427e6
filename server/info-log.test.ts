import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from './package-root.js';
import { setupStructuredLogging } from './platform/log/structured-logging.js';
import { createTestApp, type TestApp } from './testing/test-core.js';
import { fileForm } from './testing/test-http.js';

const SAMPLE = join(packageRoot, 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json');
const SECRET = 'mongodb://root:hunter2@db.example.org';

let app: TestApp;
afterEach(() => app.close());

test('an import over HTTP logs its start and outcome with team, module, request id and counts', async () => {
  const lines: string[] = [];
  const log = setupStructuredLogging(
    { logLevel: 'info' },
    { write: (line) => void lines.push(line) },
  );
  app = await createTestApp({ log });
  const report = (await readFile(SAMPLE, 'utf8')).replace('"status_detail": "', `$&${SECRET} `);
  expect(report).toContain(SECRET);
  const response = await app.server.inject({
    method: 'POST',
    url: '/api/security-scans/imports',
    headers: { 'x-request-id': 'trace-1' },
    payload: fileForm(report),
  });
  await app.scans.pendingImports.drain();
  const { id: importId } = response.json() as { id: string };
  const written = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const context = { level: 'info', teamId: 'default', requestId: 'trace-1' };
  expect(written).toMatchObject([
    { ...context, module: 'security-scans', importId, msg: 'import started' },
    { ...context, module: 'compliance', mode: 'full', msg: 'engine run finished' },
    {
      ...context,
      module: 'security-scans',
      importId,
      status: 'completed',
      results: 73,
      findings: { opened: 36, resolved: 0, stale: 0 },
      msg: 'import finished',
    },
  ]);
  expect(written[1]?.controlsChanged).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).not.toContain('hunter2');
    // Each field once: JSON.parse would hide a second one.
    expect(line.match(/"requestId"/g)).toHaveLength(1);
  }
});

test('reads log nothing at info', async () => {
  const lines: string[] = [];
  const log = setupStructuredLogging(
    { logLevel: 'info' },
    { write: (line) => void lines.push(line) },
  );
  app = await createTestApp({ log });
  for (const url of ['/api/me', '/api/frameworks', '/api/nothing'])
    await app.server.inject({ url });
  expect(lines).toEqual([]);
});
