import type { ContainerCreateOptions, MountSettings } from 'dockerode';
import type { ToolRun } from '../runs/tool-run.js';
import type { ToolImage } from '../tools/tool.js';
import { environmentOf, type RunPaths, withPaths } from './prepare-run.js';

/** Where a tool finds its folders inside of its container. */
export const INSIDE: RunPaths = { input: '/scan/input', output: '/scan/output' };
const WORK = '/scan/work';

export interface ContainerGiven {
  name: string;
  image: ToolImage;
  /** The id of the image that the reference resolved to, so that no other image is started. */
  imageId: string;
  user: { uid: number; gid: number };
  /** Folders as the Docker host names them. */
  inputFolder: string;
  outputFolder: string;
  mounts: readonly { hostPath: string; name: string }[];
  /** The run's own network; null for none. */
  network: string | null;
  labels: Record<string, string>;
  /** Null: the Docker host's default. */
  openFiles: number | null;
  /** DNS servers in place of the machine's. */
  dns?: readonly string[];
}

/** The container of a run. All its rights and limits are decided here. */
export function containerSpec(run: ToolRun, given: ContainerGiven): ContainerCreateOptions {
  const { image, user, limits } = { ...given, limits: run.limits };
  const owned = `rw,nosuid,nodev,noexec,uid=${user.uid},gid=${user.gid},mode=0700`;
  const env = {
    HOME: '/tmp',
    TMPDIR: '/tmp',
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    ...environmentOf(run, INSIDE),
  };
  const writable = [WORK, ...(image.writable ?? [])].map((path) => [path, owned]);
  const mounts = given.mounts.map(({ hostPath, name }) =>
    bind(hostPath, `${INSIDE.input}/${name}`, true),
  );
  return {
    name: given.name,
    Image: given.imageId,
    ...(image.program && { Entrypoint: [...image.program] }),
    Cmd: run.args.map((arg) => withPaths(arg, INSIDE)),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    User: `${user.uid}:${user.gid}`,
    WorkingDir: WORK,
    Hostname: 'scan',
    Labels: given.labels,
    Tty: false,
    OpenStdin: false,
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    StopSignal: 'SIGTERM',
    // An image's own health check would run its programs beside the tool.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: given.network ?? 'none',
      ...(given.network && given.dns?.length ? { Dns: [...given.dns] } : {}),
      ExtraHosts: (run.hosts ?? []).map(({ name, address }) => `${name}:${address}`),
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Privileged: false,
      IpcMode: 'private',
      Init: true,
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes, // the same: no swap
      NanoCpus: Math.round(limits.cpus * 1e9),
      PidsLimit: limits.pids,
      Ulimits: [
        ...(given.openFiles === null
          ? []
          : [{ Name: 'nofile', Soft: given.openFiles, Hard: given.openFiles }]),
        { Name: 'core', Soft: 0, Hard: 0 }, // a core file would hold the run's secrets
      ],
      Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,mode=1777', ...Object.fromEntries(writable) },
      Mounts: [
        bind(given.inputFolder, INSIDE.input, true),
        bind(given.outputFolder, INSIDE.output, false),
        ...mounts,
      ],
      // Output is read as it comes; Docker's logs would fill the host's disk.
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
      AutoRemove: false, // how it ended is read first
    },
  };
}

/** As a mount, not a "bind" string: it does not create what is missing, and takes any path. */
function bind(from: string, to: string, readOnly: boolean): MountSettings {
  return { Type: 'bind', Source: from, Target: to, ReadOnly: readOnly };
}
