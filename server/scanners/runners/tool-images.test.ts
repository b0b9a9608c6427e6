import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ImageTrust } from './image-trust.js';
import { TOOL_IMAGES, toolImages } from './tool-images.js';

const [ONE, TWO] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string];

describe('images of tools', () => {
  it('are pinned: by digest, or by the tag of one version', () => {
    for (const { reference, version } of Object.values(TOOL_IMAGES)) {
      const pinned = /@sha256:[0-9a-f]{64}$/.test(reference) || reference.endsWith(`:${version}`);
      expect(pinned && version).toMatch(/^\d+(\.\d+)+$/);
    }
  });

  it.each([
    ['prowlercloud/prowler:5.46.0', 'docker.io/prowlercloud/prowler:5.46.0', '5.46.0'],
    ['reg.corp.example:5000/zap:2', 'reg.corp.example:5000/zap:2', '2'],
    [`zap@${ONE}`, `docker.io/library/zap@${ONE}`, null],
    [`reg.corp.example:5000/zap:2.1@${ONE}`, `reg.corp.example:5000/zap@${ONE}`, '2.1'],
  ])('may be named by the operator: %s', (named, reference, version) => {
    const images = toolImages({ zap: named });
    expect(images.zap).toEqual({ ...TOOL_IMAGES.zap, reference, version });
    expect(images.trivy).toBe(TOOL_IMAGES.trivy);
  });

  it.each(['zap', 'reg.corp.example:5000/zap', 'Zap:1', '--privileged', 'zap:1 x', 'zap@sha256:1'])(
    'are refused without tag and digest, or malformed: %s',
    (named) => {
      expect(() => toolImages({ zap: named })).toThrow(/image/);
    },
  );
});

describe('ImageTrust', () => {
  it('keeps what a tag was at first, also for the process after', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'image-trust-'));
    const file = join(folder, 'runs/.images.json');
    const asked = (reference: string, ...digests: string[]) =>
      new ImageTrust(file).require(
        reference,
        digests.map((digest) => `x@${digest}`),
      );
    await asked('x:1', ONE);
    await asked('x:1', TWO, ONE);
    await expect(asked('x:1', TWO)).rejects.toThrow(/another one than at its first pull.*digest/);
    await asked('x:2', TWO);
    await asked('x:1'); // built here: there is no registry to have moved it
    await asked(`x@${ONE}`, TWO); // Docker itself keeps to a digest
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ 'x:1': ONE, 'x:2': TWO });
    await writeFile(file, '{"__proto__": {"x:3": 1}, "x:1": "sha256:0"}');
    await expect(asked('x:1', ONE)).rejects.toThrow('sha256:0');
    await asked('x:3', ONE);
    await rm(folder, { recursive: true });
  });
});
