import { describe, expect, test } from 'vitest';
import { programOf } from '../tools/registry.js';
import { type ContainerGiven, containerSpec } from './docker-container-spec.js';
import { aRun, withLimits } from './testing/run-builder.js';

const given: ContainerGiven = {
  name: 'offload-scan-1',
  image: { reference: 'tool@sha256:1', version: '1' },
  imageId: 'sha256:2',
  user: { uid: 1000, gid: 1000 },
  inputFolder: '/dev/shm/run',
  outputFolder: '/data/runs/run',
  mounts: [{ hostPath: '/srv/data base:ro', name: 'db' }],
  network: null,
  labels: { run: '1' },
  openFiles: 65_536,
};

describe('containerSpec', () => {
  test('drops every right that a tool does not need', () => {
    const spec = containerSpec(aRun(['-x']), given);
    expect(spec).toMatchObject({
      Image: 'sha256:2',
      User: '1000:1000',
      OpenStdin: false,
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Privileged: false,
        IpcMode: 'private',
        Init: true,
        LogConfig: { Type: 'none' },
        RestartPolicy: { Name: 'no' },
        AutoRemove: false,
      },
    });
    const { HostConfig } = spec;
    for (const key of ['Binds', 'CapAdd', 'Devices', 'PidMode', 'VolumesFrom', 'PortBindings']) {
      expect(HostConfig).not.toHaveProperty(key);
    }
    expect(JSON.stringify(spec)).not.toContain('docker.sock');
  });

  test('sets the limits of the run, without swap', () => {
    const limits = { memoryBytes: 512, cpus: 1.5, pids: 99 };
    const { HostConfig } = containerSpec(aRun([], withLimits(limits)), given);
    expect(HostConfig).toMatchObject({
      Memory: 512,
      MemorySwap: 512,
      NanoCpus: 1_500_000_000,
      PidsLimit: 99,
      Ulimits: [
        { Name: 'nofile', Soft: 65_536, Hard: 65_536 },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
    });
  });

  test('mounts only the folders of the run, all but the output read-only', () => {
    const { HostConfig } = containerSpec(aRun([]), given);
    const mounts = HostConfig?.Mounts ?? [];
    expect(mounts.map(({ Source, Target, ReadOnly }) => [Source, Target, ReadOnly])).toEqual([
      ['/dev/shm/run', '/scan/input', true],
      ['/data/runs/run', '/scan/output', false],
      ['/srv/data base:ro', '/scan/input/db', true],
    ]);
    expect(HostConfig?.Tmpfs?.['/scan/work']).toContain('uid=1000,gid=1000,mode=0700');
    expect(HostConfig?.Tmpfs?.['/tmp']).toContain('noexec');
  });

  test('inserts the folders and changes nothing else in arguments and variables', () => {
    const args = ['-o', '{output}/r.json', '{input}/db/x', '$(id)', '{}', ''];
    const spec = containerSpec(aRun(args, { env: { A: 'b=c', TMPDIR: '{output}/t' } }), given);
    expect(spec.Cmd).toEqual(['-o', '/scan/output/r.json', '/scan/input/db/x', '$(id)', '{}', '']);
    expect(spec.Env).toEqual([
      'HOME=/tmp',
      'TMPDIR=/scan/output/t',
      'TZ=UTC',
      'LANG=C.UTF-8',
      'A=b=c',
    ]);
    expect(spec).not.toHaveProperty('Entrypoint');
  });

  test('resolves names to the allowed addresses, and uses other DNS servers where given', () => {
    const hosts = [
      { name: 'shop.example', address: '192.0.2.1' },
      { name: 'shop.example', address: '192.0.2.2' },
    ];
    const dns = ['192.0.2.53'];
    const spec = containerSpec(aRun([], { hosts }), { ...given, network: 'n', dns });
    expect(spec.HostConfig).toMatchObject({
      ExtraHosts: ['shop.example:192.0.2.1', 'shop.example:192.0.2.2'],
      Dns: dns,
    });
    expect(containerSpec(aRun([]), { ...given, dns }).HostConfig).not.toHaveProperty('Dns');
  });

  test('uses the network of the run and what its image asks for', () => {
    const image = programOf('zap').image;
    const spec = containerSpec(aRun([]), { ...given, image, network: 'offload-scan-1' });
    expect(spec.HostConfig?.NetworkMode).toBe('offload-scan-1');
    expect(spec.Entrypoint).toEqual(['/zap/zap.sh']);
    expect(spec.HostConfig?.Tmpfs).toHaveProperty('/home/zap/.ZAP');
  });
});
