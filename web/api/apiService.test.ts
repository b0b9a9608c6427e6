import { expect, test, vi } from 'vitest';
import { attestRequirement } from '../../contract/compliance.js';
import { getMe } from '../../contract/platform.js';
import { listFindings } from '../../contract/security-scans.js';
import { ApiProblem } from './api-problem.js';
import { apiService, urlOf } from './apiService.js';

function answering(status: number, text: string) {
  vi.stubGlobal('fetch', async () => new Response(text, { status }));
}

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ApiProblem) return error;
  throw new Error('expected an ApiProblem');
}

test('builds a URL from parameters and query', () => {
  const params = { frameworkId: 'a/b', requirementId: 'AC-2(1)' };
  expect(urlOf(attestRequirement.path, params)).toBe(
    '/api/frameworks/a%2Fb/requirements/AC-2(1)/attestation',
  );
  expect(urlOf(listFindings.path, {}, { severity: ['high', 'low'], q: undefined, limit: 5 })).toBe(
    '/api/security-scans/findings?severity=high&severity=low&limit=5',
  );
});

test('a problem document becomes an ApiProblem with its fields', async () => {
  answering(
    422,
    JSON.stringify({
      type: 'about:blank',
      title: 'Invalid',
      status: 422,
      detail: 'The body is not right.',
      code: 'invalid_input',
      errors: [{ path: 'statement', message: 'too short' }],
      requestId: 'req-1',
    }),
  );
  const problem = await problemOf(apiService(getMe));
  expect(problem).toMatchObject({
    status: 422,
    code: 'invalid_input',
    detail: 'The body is not right.',
    requestId: 'req-1',
    errors: [{ path: 'statement', message: 'too short' }],
  });
});

test('reports a response that is not a problem document, and an unreachable server', async () => {
  answering(502, '<html>Bad gateway</html>');
  expect(await problemOf(apiService(getMe))).toMatchObject({
    status: 502,
    code: 'unexpected_answer',
  });
  answering(200, '<html>Sign in to the wifi</html>');
  expect((await problemOf(apiService(getMe))).code).toBe('unexpected_answer');
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
  expect(await problemOf(apiService(getMe))).toMatchObject({ status: 0, code: 'unreachable' });
});
