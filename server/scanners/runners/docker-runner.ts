import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { UnavailableError } from '../../platform/errors.js';
import type { RunResult, ToolId, ToolRun } from '../runs/tool-run.js';
import { programOf } from '../tools/registry.js';
import type { ToolImage } from '../tools/tool.js';
import {
  connectionOf,
  containerUser,
  isFileLimitRefused,
  isNotThere,
  problemOf,
  within,
} from './docker-connection.js';
import { containerSpec, INSIDE } from './docker-container-spec.js';
import { findImage, ImagePuller, type LocalImage } from './docker-image.js';
import { DockerOutput } from './docker-output.js';
import { HostPaths, type SharedFolder } from './host-paths.js';
import { ImageTrust } from './image-trust.js';
import { LinkLocalNetwork } from './link-local-network.js';
import { RunContainers } from './run-containers.js';
import { memoryFolder, RunFolders } from './run-folders.js';
import type { Stop } from './run-guard.js';
import type { Runner, RunOptions, ToolAvailability } from './runner.js';
import { type Ending, type Started, superviseRun } from './supervise-run.js';

export interface DockerRunnerOptions {
  /** Runs write below it; a platform that runs in a container shares it with the host. */
  outputFolder: string;
  /** SCAN_HOST_OUTPUT_DIR: what the host calls `outputFolder`. Given only from within a container. */
  hostOutputDir?: string;
  /** Where secret files lie, in memory; /dev/shm when not given. Null keeps them on disk. */
  memoryFolder?: string | null;
  /** What the host calls `memoryFolder`; without it, the secret files of a platform in a container lie on disk, as long as a run lasts. */
  hostMemoryDir?: string;
  /** Other folders, to be scanned or with databases, and what the host calls them. From within a container only. */
  hostFolders?: readonly SharedFolder[];
  images?: Partial<Record<ToolId, ToolImage>>;
  /** Where Docker listens, as in DOCKER_HOST, which counts when this is not given. */
  dockerHost?: string;
  /** `never`: only images that are there already. */
  pull?: 'missing' | 'never';
  /** DNS servers for scans, addresses; the machine's own when not given. */
  dns?: readonly string[];
  /** Files that a tool may hold open, 65 536 when not given; a host may not allow that many. */
  openFiles?: number;
}

/** What Prowler asks for. */
const OPEN_FILES = 65_536;
const GRACE_SECONDS = 5;
const ANSWER_MS = 30_000;

/** A scan of the wrong machine would find nothing, and look like a clean result. */
const LOOPBACK =
  'A container cannot scan a loopback address (127.0.0.1, localhost): there it is the container itself. Name an address of the host that others reach it by, or install the tool on the host.';

/** Runs each tool in a new container that is removed after the run. */
export class DockerRunner implements Runner {
  readonly id = 'docker';
  readonly #docker: Docker;
  readonly #images: Readonly<Partial<Record<ToolId, ToolImage>>>;
  readonly #puller: ImagePuller;
  readonly #folders: RunFolders;
  readonly #containers: RunContainers;
  readonly #paths: HostPaths;
  readonly #linkLocal: LinkLocalNetwork;
  readonly #trust: ImageTrust;
  readonly #user: { uid: number; gid: number };
  /** Null: the Docker host's own limit. */
  #openFiles: number | null;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(private readonly options: DockerRunnerOptions) {
    const { outputFolder, hostOutputDir, hostMemoryDir, hostFolders = [] } = options;
    const found = options.memoryFolder === undefined ? memoryFolder() : options.memoryFolder;
    // The memory of the platform's own container has no path on the host.
    const memory = hostOutputDir && !hostMemoryDir ? null : found;
    this.#docker = new Docker(connectionOf(options.dockerHost));
    this.#images = options.images ?? {};
    this.#puller = new ImagePuller(this.#docker);
    this.#user = containerUser();
    this.#openFiles = options.openFiles ?? OPEN_FILES;
    const owner = process.getuid?.() === 0 ? this.#user : null;
    this.#folders = new RunFolders({ base: outputFolder, memory, owner });
    this.#paths = new HostPaths([
      ...(hostOutputDir ? [{ here: outputFolder, host: hostOutputDir }] : []),
      ...(hostOutputDir && hostMemoryDir && memory ? [{ here: memory, host: hostMemoryDir }] : []),
      ...(hostOutputDir ? hostFolders : []),
    ]);
    this.#linkLocal = new LinkLocalNetwork(this.#docker, (options.dns ?? []).length > 0);
    this.#trust = new ImageTrust(join(resolve(outputFolder), '.images.json'));
    this.#containers = new RunContainers(
      this.#docker,
      this.#paths.of(outputFolder) ?? resolve(outputFolder),
    );
  }

  async availability(tool: ToolId): Promise<ToolAvailability> {
    const { reference, version } = this.#imageOf(tool);
    const found = { tool, by: 'docker' as const, where: reference };
    const absent = { ...found, available: false, version: null };
    try {
      await within(ANSWER_MS, this.#docker.ping());
      const image = await within(ANSWER_MS, findImage(this.#docker, reference));
      const known = image && { version: version ?? image.version ?? image.id.slice(0, 19) };
      if (known) return { ...found, ...known, available: true, missing: null };
      if (this.options.pull !== 'never') {
        // Whether the registry can be reached is only known when pulling.
        const note = 'the image will be pulled at the first scan';
        return { ...found, version, available: true, missing: null, note };
      }
      return { ...absent, missing: `the image is not here; get it: docker pull ${reference}` };
    } catch (error) {
      return {
        ...absent,
        where: null,
        missing: `${problemOf(error)}; start Docker or set DOCKER_HOST`,
      };
    }
  }

  async run(run: ToolRun, options: RunOptions): Promise<RunResult> {
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    const backend = {
      folders: this.#folders,
      pathsOf: () => INSIDE,
      user: this.#user,
      execute: (started: Started) => this.#execute(run, started, options.onLine),
    };
    const running = superviseRun(backend, run, { ...options, signal });
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  #imageOf(tool: ToolId): ToolImage {
    return this.#images[tool] ?? programOf(tool).image;
  }

  async sweep(): Promise<number> {
    const swept = await this.#containers
      .sweep((name) => this.#folders.isAlive(name))
      .catch((error: unknown) => {
        if (isNotThere(error)) return new Set<string>();
        throw error;
      });
    for (const name of await this.#folders.leftovers()) {
      await this.#folders.discard(name);
      swept.add(name);
    }
    return swept.size;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #execute(run: ToolRun, started: Started, onLine?: (line: string) => void): Promise<Ending> {
    if (run.loopback) return { kind: 'not_started', problem: LOOPBACK };
    const { folder, guard } = started;
    const image = this.#imageOf(run.tool);
    try {
      const found = this.#image(image.reference, onLine);
      const local = await Promise.race([found, guard.whenStopped.then(() => null)]);
      if (!local) {
        const problem = `The image ${image.reference} is not here; docker pull it.`;
        return { kind: 'not_started', problem };
      }
      const mounts = run.mounts.map(({ name, hostPath }) => ({
        name,
        hostPath: this.#host(hostPath),
      }));
      const network = run.network === 'targets' ? this.#containers.nameOf(folder.name) : null;
      const labels = this.#containers.labelsOf(folder.name);
      const name = this.#containers.nameOf(folder.name);
      const given = {
        name,
        image,
        imageId: local.id,
        user: this.#user,
        inputFolder: this.#host(folder.input),
        outputFolder: this.#host(folder.output),
        mounts,
        network,
        labels,
        dns: this.options.dns,
      };
      if (network) await within(ANSWER_MS, this.#containers.addNetwork(folder.name));
      const start = async () => {
        const spec = containerSpec(run, { ...given, openFiles: this.#openFiles });
        const container = await within(ANSWER_MS, this.#docker.createContainer(spec));
        const open = network && (await this.#linkLocal.join(container.id));
        if (open) onLine?.(open);
        return this.#follow(container, started);
      };
      try {
        return await start();
      } catch (error) {
        if (!isFileLimitRefused(error)) throw error;
        // A host that may not raise limits, such as one in a container itself: its own limit will do.
        this.#openFiles = null;
        await within(ANSWER_MS, this.#docker.getContainer(name).remove({ force: true }));
        return await start();
      }
    } catch (error) {
      return { kind: 'not_started', problem: `${problemOf(error)}.` };
    } finally {
      await this.#containers.remove(folder.name);
    }
  }

  async #image(reference: string, onLine?: (line: string) => void): Promise<LocalImage | null> {
    const never = this.options.pull === 'never';
    const found = never
      ? await findImage(this.#docker, reference)
      : await this.#puller.ensure(reference, onLine);
    if (found) await this.#trust.require(reference, found.digests);
    return found;
  }

  async #follow(container: Docker.Container, started: Started): Promise<Ending> {
    const { guard, stdout, stderr } = started;
    const output = new DockerOutput(stdout, stderr);
    const stream = await within(
      ANSWER_MS,
      container.attach({ stream: true, stdout: true, stderr: true }),
    );
    stream.on('data', (data: Buffer) => output.write(data));
    const closed = new Promise<void>((done) => {
      for (const event of ['end', 'close', 'error']) stream.once(event, () => done());
    });
    await within(ANSWER_MS, container.start());
    try {
      const ended = container.wait().then(() => null);
      ended.catch(() => undefined); // also when the guard was first
      const first = await Promise.race([ended, guard.whenStopped]);
      if (first) await this.#stop(container, first);
      await within(ANSWER_MS, ended);
      await Promise.race([closed, sleep(2_000, undefined, { ref: false })]);
      const { State } = await within(ANSWER_MS, container.inspect());
      // Whatever it said at its end: some part of it was killed, and its work is not whole.
      if (State.OOMKilled) return { kind: 'out_of_memory', exitCode: State.ExitCode };
      const signal = SIGNALS.get(State.ExitCode);
      if (signal) return { kind: 'signalled', signal };
      return { kind: 'exited', exitCode: State.ExitCode };
    } catch (error) {
      return { kind: 'lost', problem: `${problemOf(error)}.` };
    } finally {
      // An abandoned attachment would keep the platform's process alive.
      if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
    }
  }

  async #stop(container: Docker.Container, { gently }: Stop): Promise<void> {
    const ask = gently ? container.stop({ t: GRACE_SECONDS }) : container.kill();
    await within(2 * GRACE_SECONDS * 1_000, ask).catch(() => undefined);
    await within(GRACE_SECONDS * 1_000, container.kill()).catch(() => undefined);
  }

  #host(path: string): string {
    const host = this.#paths.of(path);
    if (host !== null) return host;
    throw new UnavailableError(
      `Docker's host does not share ${path}: mount it and say what the host calls it`,
      { path },
    );
  }
}

/** The init process of a container passes a signal on as 128 and its number. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [132, 'SIGILL'],
  [134, 'SIGABRT'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [137, 'SIGKILL'],
  [139, 'SIGSEGV'],
  [143, 'SIGTERM'],
]);
