import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { problemOf, within } from './docker-connection.js';
import { statusOf } from './docker-image.js';

const NAME = 'offload-scan-link-local';
const RANGE = '169.254.0.0/16';
const ANSWER_MS = 30_000;
const RESOLVERS = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];

/**
 * Keeps containers from link-local addresses, where most clouds serve a machine's credentials
 * (169.254.169.254, 169.254.170.2 …). Docker has no filter for that, but a container routes addresses of its
 * own networks directly: so all scans join one internal network that covers the whole range and has no other
 * hosts. The host's routes do not change, as its end of the network has no address.
 */
export class LinkLocalNetwork {
  #made: Promise<void> | null = null;

  constructor(
    private readonly docker: Docker,
    /** Whether names are resolved at servers that the operator named, none of them in the range. */
    private readonly ownResolvers: boolean,
  ) {}

  /** Call between creating and starting. Returns what prevented it, in one sentence, or null. */
  async join(container: string): Promise<string | null> {
    try {
      if (!this.ownResolvers && (await resolvesInRange())) {
        return 'link-local addresses stay within reach of this scan, as this machine resolves names there; name other DNS servers in the settings';
      }
      this.#made ??= this.#make();
      await this.#made;
      await this.#connect(container);
      return null;
    } catch (error) {
      this.#made = null;
      return `link-local addresses stay within reach of this scan: ${problemOf(error)}`;
    }
  }

  async #connect(container: string): Promise<void> {
    const network = this.docker.getNetwork(NAME);
    await within(ANSWER_MS, network.connect({ Container: container }));
  }

  /** One for all runs, as ranges of networks may not overlap. It is kept; another process may have created it. */
  async #make(): Promise<void> {
    const made = this.docker.createNetwork({
      Name: NAME,
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: true,
      IPAM: { Driver: 'default', Config: [{ Subnet: RANGE, IPRange: '169.254.7.0/24' }] },
      Options: {
        'com.docker.network.bridge.enable_icc': 'false',
        'com.docker.network.bridge.inhibit_ipv4': 'true',
      },
    });
    await within(ANSWER_MS, made).catch((error: unknown) => {
      if (statusOf(error) !== 409) throw error;
    });
  }
}

/** Docker asks the machine's DNS servers from within the container; on some clouds they are link-local. */
async function resolvesInRange(): Promise<boolean> {
  const texts = await Promise.all(RESOLVERS.map((path) => readFile(path, 'utf8').catch(() => '')));
  return texts.some((text) => /\b169\.254\.\d{1,3}\.\d{1,3}\b/.test(text));
}
