import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Problem } from '../../../contract/problem.js';
import { createTestHttp, fileForm, type TestHttp, uploadThing } from '../../testing/test-http.js';

let it: TestHttp;
let folder: string;
let failure: unknown;
beforeEach(async () => {
  it = await createTestHttp({ maxUploadBytes: 100_000 });
  folder = await mkdtemp(join(tmpdir(), 'cspm-upload-'));
  failure = null;
  it.http.add(uploadThing, async ({ upload }) => {
    if (!upload) throw new TypeError('an upload endpoint has an upload');
    const path = join(folder, 'file');
    try {
      const out = createWriteStream(path);
      await pipeline(upload.stream, out);
      return { fileName: upload.fileName, bytes: out.bytesWritten };
    } catch (error) {
      failure = error;
      throw error;
    }
  });
});
afterEach(async () => {
  await it.server.close();
  await rm(folder, { recursive: true, force: true });
});

const send = (payload: FormData | string, headers: Record<string, string> = {}) =>
  it.server.inject({ method: 'POST', url: '/api/uploads', payload, headers });

test('passes the file as a stream with its name', async () => {
  const response = await send(fileForm('x'.repeat(100_000)));
  expect(response.statusCode).toBe(202);
  expect(response.json()).toEqual({ fileName: 'report.json', bytes: 100_000 });
});

test('accepts an empty file and one without a name', async () => {
  expect((await send(fileForm(''))).json()).toMatchObject({ bytes: 0 });
  const [type, body] = ['multipart/form-data; boundary=b', form('filename=""', 'abc')];
  expect((await send(body, { 'content-type': type })).json()).toMatchObject({ bytes: 3 });
});

test('rejects a file over the limit and names the limit', async () => {
  const response = await send(fileForm('x'.repeat(100_001)));
  expect(response.statusCode).toBe(413);
  const problem = Problem.parse(response.json());
  expect(problem.code).toBe('too_large');
  expect(problem.detail).toMatch(/100,000 bytes.*MAX_UPLOAD_BYTES/);
});

test.each([
  ['JSON', '{"file":"x"}', 'application/json'],
  ['nothing at all', '', ''],
])('rejects %s and explains how to send a file', async (_, body, type) => {
  const response = await send(body, type ? { 'content-type': type } : {});
  expect(response.statusCode).toBe(422);
  expect(Problem.parse(response.json()).detail).toContain('multipart/form-data');
});

test('rejects a form without a file', async () => {
  const fields = new FormData();
  fields.append('note', 'there is no file here');
  for (const payload of [fields, new FormData()]) {
    const response = await send(payload);
    expect(response.statusCode).toBe(422);
    expect(Problem.parse(response.json()).detail).toContain('no file');
  }
});

const part = (content: string) =>
  `--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n${content}`;
test.each<[string, string, string?]>([
  ['without a boundary in its type', part('abc'), 'multipart/form-data'],
  ['with an empty boundary', part('abc'), 'multipart/form-data; boundary='],
  ['with a very long boundary', part('abc'), `multipart/form-data; boundary=${'b'.repeat(300)}`],
  ['with another boundary', part('abc').replace('--b', '--c')],
  ['that is only text', 'my-secret'],
  ['that ends in its head', part('abc').slice(0, 40)],
  ['that ends in the file', part('my-secret')],
  ['that ends in its boundary', part('my-secret\r\n--b')],
  ['of forbidden field names', '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx'],
  ['of thousands of parts', `${part('a').replace('file"', 'f"')}\r\n`.repeat(3_000)],
])('rejects a malformed form %s', async (_, body, type = 'multipart/form-data; boundary=b') => {
  const response = await send(body, { 'content-type': type });
  expect([400, 413, 422]).toContain(response.statusCode);
  expect(Problem.parse(response.json()).detail).toMatch(/form|field|part/);
  expect(it.logged.join('') + response.body).not.toContain('my-secret');
});

test('ignores other fields before and after the file', async () => {
  const around = new FormData();
  around.append('before', '1');
  around.append('file', new Blob(['abc']), 'report.csv');
  around.append('after', '2');
  expect((await send(around)).json()).toEqual({ fileName: 'report.csv', bytes: 3 });
});

test('accepts one file and does not hang on a second', async () => {
  const two = fileForm('abc');
  two.append('file', new Blob(['y'.repeat(50_000)]), 'second.json');
  expect([202, 413]).toContain((await send(two)).statusCode);
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\windows\\system.ini', 'system.ini'],
  ['/absolute/report.json', 'report.json'],
  ['..', 'report'],
  ['.', 'report'],
  ['a\u0000b\u001b[31m.json', 'ab[31m.json'],
  ['bericht – über.json', 'bericht – über.json'],
  ['\u202Egnp.json', 'gnp.json'],
  [`${'n'.repeat(400)}.json`, `${'n'.repeat(245)}.json`],
])('sanitises the file name %j', async (given, fileName) => {
  const body = form(`filename="${given.replaceAll('\\', '\\\\')}"`, 'abc');
  const response = await send(body, { 'content-type': 'multipart/form-data; boundary=b' });
  expect(response.json()).toMatchObject({ fileName });
});

test('fails the stream when the client disconnects during the upload', async () => {
  await it.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = it.server.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /api/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90000\r\n' +
      `Content-Type: multipart/form-data; boundary=b\r\n\r\n${form('filename="x"', 'abc').slice(0, -10)}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  await expect.poll(() => failure).toBeInstanceOf(Error);
  await it.writes.end();
});

test('answers the next request on the connection of an upload that it could not store', async () => {
  await rm(folder, { recursive: true });
  await it.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = it.server.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  let answers = '';
  socket.on('data', (chunk: Buffer) => {
    answers += chunk;
  });
  const body = form('filename="x"', 'x'.repeat(2_000_000));
  socket.write(
    `POST /api/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n` +
      `Content-Type: multipart/form-data; boundary=b\r\n\r\n${body}`,
  );
  await expect.poll(() => answers).toContain('HTTP/1.1 500');
  socket.write('GET /api/nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await expect.poll(() => answers).toContain('HTTP/1.1 404');
  socket.destroy();
});

function form(disposition: string, content: string): string {
  return `--b\r\nContent-Disposition: form-data; name="file"; ${disposition}\r\n\r\n${content}\r\n--b--\r\n`;
}
