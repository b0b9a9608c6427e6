import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { getFinding, listFindings, ReportImport } from '../../../contract/security-scans.js';
import { createTestApp, SCANS_ONLY, type TestApp } from '../../testing/test-core.js';
import { fileForm } from '../../testing/test-http.js';
import { TOOL_REPORTS } from '../../testing/tool-reports.js';

const PREFIX = '/api/security-scans';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp(SCANS_ONLY);
});
afterAll(() => app.close());

const get = async (path: string) => (await app.server.inject({ url: `${PREFIX}${path}` })).json();

/** Details that a finding of each tool has besides the common fields. */
const DETAILS: Record<string, readonly string[]> = {
  trivy: ['package', 'vulnerability'],
  zap: ['web'],
  nmap: ['network'],
  nuclei: ['vulnerability', 'web'],
  'code-scanner': ['code'],
};

test.each(TOOL_REPORTS.map((one) => [`${one.format} of ${one.tool}`, one] as const))(
  '%s is accepted as an upload, and its findings have the details of their kind',
  async (_, { format, tool, fails, text }) => {
    const payload = fileForm(text(fails), 'upload');
    const answer = await app.server.inject({ method: 'POST', url: `${PREFIX}/imports`, payload });
    expect(answer.statusCode).toBe(202);
    await app.scans.pendingImports.drain();
    const done = ReportImport.parse(await get(`/imports/${answer.json().id}`));
    expect(done).toMatchObject({ status: 'completed', tool, format, results: fails.length });
    const page: z.infer<typeof listFindings.result> = listFindings.result.parse(
      await get('/findings?limit=100'),
    );
    const mine = page.items.filter((finding) => finding.tool === tool);
    expect(mine).toHaveLength(fails.length);
    const finding = getFinding.result.parse(await get(`/findings/${mine[0]?.id}`));
    expect(finding.check).toMatchObject({ tool, id: finding.checkId });
    expect(Object.keys(finding.details ?? {}).sort()).toEqual(DETAILS[tool] ?? []);
  },
);
