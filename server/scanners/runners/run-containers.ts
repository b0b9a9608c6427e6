import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { problemOf, within } from './docker-connection.js';
import { statusOf } from './docker-image.js';

const LABEL_BASE = 'org.offload-security.runs-in';
const LABEL_RUN = 'org.offload-security.run';
const ANSWER_MS = 30_000;
const TRIES = 5;

/**
 * What Docker holds for runs: a container and perhaps a network for each, found by name and label.
 * `base` identifies this platform among others on the same host: two may not share a folder.
 */
export class RunContainers {
  constructor(
    private readonly docker: Docker,
    private readonly base: string,
  ) {}

  nameOf(run: string): string {
    return `offload-scan-${run}`;
  }

  labelsOf(run: string): Record<string, string> {
    return { [LABEL_BASE]: this.base, [LABEL_RUN]: run };
  }

  /** A separate network for a run: it reaches what it scans, and no other run's container. */
  async addNetwork(run: string): Promise<void> {
    await this.docker.createNetwork({
      Name: this.nameOf(run),
      CheckDuplicate: true,
      Driver: 'bridge',
      Options: { 'com.docker.network.bridge.enable_icc': 'false' },
      Labels: this.labelsOf(run),
    });
  }

  /** Removes what there is of a run, running or not. Tries again, then leaves it to the next sweep. */
  async remove(run: string): Promise<boolean> {
    const name = this.nameOf(run);
    const container = this.docker.getContainer(name);
    const network = this.docker.getNetwork(name);
    return (
      (await insist(() => container.remove({ force: true, v: true }))) &&
      (await insist(() => network.remove()))
    );
  }

  /** Removes containers and networks of abandoned runs; returns their names. */
  async sweep(isAlive: (run: string) => Promise<boolean>): Promise<Set<string>> {
    const filters = { label: [`${LABEL_BASE}=${this.base}`] };
    const [containers, networks] = await within(
      ANSWER_MS,
      Promise.all([
        this.docker.listContainers({ all: true, filters }),
        this.docker.listNetworks({ filters }),
      ]),
    );
    const labels = [...containers, ...networks].map(({ Labels }) => Labels?.[LABEL_RUN]);
    const swept = new Set<string>();
    for (const run of new Set(labels)) {
      if (!run || (await isAlive(run))) continue;
      if (await this.remove(run)) swept.add(run);
    }
    return swept;
  }
}

async function insist(remove: () => Promise<unknown>): Promise<boolean> {
  for (let tried = 0; tried < TRIES; tried++) {
    try {
      await within(ANSWER_MS, remove());
      return true;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return true;
      // No daemon, nothing to remove it from.
      if (status === null && problemOf(error).startsWith('Docker does not run')) return false;
      await sleep(200 * (tried + 1));
    }
  }
  return false;
}
