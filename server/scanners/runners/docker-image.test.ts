import { createServer, type Server } from 'node:http';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findImage, ImagePuller, progressLines } from './docker-image.js';

// The part of Docker's interface that pulling needs; no registry is asked.
describe('ImagePuller', () => {
  let server: Server;
  let docker: Docker;
  let there: boolean;
  let pulls: string[];
  let answer: object[];

  beforeEach(async () => {
    [there, pulls, answer] = [false, [], []];
    server = createServer((request, response) => {
      if (request.url?.startsWith('/images/create')) {
        pulls.push(request.url);
        there = !answer.some((line) => 'error' in line);
        setTimeout(
          () => response.end(answer.map((line) => `${JSON.stringify(line)}\r\n`).join('')),
          50,
        );
        return;
      }
      response.statusCode = there ? 200 : 404;
      const labels = { 'org.opencontainers.image.version': '9.9' };
      response.setHeader('content-type', 'application/json');
      const body = there
        ? { Id: 'sha256:1', Config: { Labels: labels } }
        : { message: 'No such image' };
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    const port = typeof bound === 'object' ? bound?.port : 0;
    docker = new Docker({ protocol: 'http', host: '127.0.0.1', port });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test('pulls once for all waiting callers, by digest, and reports progress', async () => {
    const step = (current: number) => ({
      id: 'layer',
      status: 'Downloading',
      progressDetail: { current, total: 100 },
    });
    answer = [{ status: 'Pulling from x' }, step(1), step(2), step(55), step(56), step(100)];
    const puller = new ImagePuller(docker);
    const lines: string[] = [];
    const reference = `aquasec/trivy@sha256:${'a'.repeat(64)}`;
    const images = await Promise.all([
      puller.ensure(reference, (line) => lines.push(line)),
      puller.ensure(reference),
    ]);
    expect(images).toEqual(Array(2).fill({ id: 'sha256:1', version: '9.9', digests: [] }));
    expect(pulls).toHaveLength(1);
    expect(decodeURIComponent(pulls[0] ?? '')).toMatch(/fromImage=aquasec\/trivy&tag=sha256:a{64}/);
    expect(lines.map((line) => line.split(': ').at(-1))).toEqual(['0 %', '50 %', '100 %']);
    await puller.ensure(reference);
    expect(pulls).toHaveLength(1);
  });

  test('reports why a pull failed, and tries again the next time', async () => {
    answer = [{ error: 'pull access denied\u001b[2J' }];
    const puller = new ImagePuller(docker);
    await expect(puller.ensure('x:1')).rejects.toThrow(
      /x:1 could not be pulled: pull access denied$/,
    );
    answer = [];
    expect(await puller.ensure('x:1')).toMatchObject({ id: 'sha256:1' });
    expect(await findImage(docker, 'x:1')).toMatchObject({ version: '9.9' });
  });
});

test('progress ignores other events of Docker', () => {
  const lines: string[] = [];
  const onEvent = progressLines('x', (line) => lines.push(line));
  const odd = [null, 1, 'x', {}, { id: 1 }, { id: 'a', status: 'Downloading' }];
  const total = { id: 'a', status: 'Downloading', progressDetail: { current: 1, total: 0 } };
  for (const event of [...odd, total]) onEvent(event);
  expect(lines).toEqual([]);
});
