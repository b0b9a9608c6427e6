import type Docker from 'dockerode';
import { UnavailableError } from '../../platform/errors.js';
import { problemOf } from './docker-connection.js';

export interface LocalImage {
  id: string;
  /** Its label, when it has one. */
  version: string | null;
  /** What registries call it, `repository@sha256:…`; none when it was built here. */
  digests: string[];
}

/** The image on this Docker host; null when it is not there. */
export async function findImage(docker: Docker, reference: string): Promise<LocalImage | null> {
  try {
    const { Id, Config, RepoDigests } = await docker.getImage(reference).inspect();
    const version = Config?.Labels?.['org.opencontainers.image.version'] ?? null;
    return { id: Id, version, digests: RepoDigests ?? [] };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Pulls images, each once however many runs wait for it. */
export class ImagePuller {
  readonly #pulling = new Map<string, Promise<void>>();
  readonly #listeners = new Map<string, Set<(line: string) => void>>();

  constructor(private readonly docker: Docker) {}

  /** Throws UnavailableError when it cannot be pulled. */
  async ensure(reference: string, onLine?: (line: string) => void): Promise<LocalImage> {
    const here = await findImage(this.docker, reference);
    if (here) return here;
    const listeners = this.#listeners.get(reference) ?? new Set();
    this.#listeners.set(reference, listeners);
    if (onLine) listeners.add(onLine);
    try {
      const pulling = this.#pulling.get(reference) ?? this.#pull(reference, listeners);
      this.#pulling.set(reference, pulling);
      await pulling;
    } finally {
      if (onLine) listeners.delete(onLine);
    }
    const pulled = await findImage(this.docker, reference);
    if (pulled) return pulled;
    throw new UnavailableError(`the image ${reference} was pulled and is not there`);
  }

  async #pull(reference: string, listeners: ReadonlySet<(line: string) => void>): Promise<void> {
    const onProgress = progressLines(reference, (line) => {
      for (const listener of listeners) listener(line);
    });
    try {
      const stream = await this.docker.pull(reference);
      let failure: string | null = null;
      await new Promise<void>((resolve, reject) => {
        const onEvent = (event: unknown) => {
          failure ??= failureIn(event);
          onProgress(event);
        };
        const done = (error: Error | null) => (error ? reject(error) : resolve());
        this.docker.modem.followProgress(stream, done, onEvent);
      });
      // A failure after the first layer is an event, not an error, to dockerode.
      if (failure !== null) throw new Error(failure);
    } catch (error) {
      throw new UnavailableError(
        `the image ${reference} could not be pulled: ${problemOf(error)}`,
        {},
        { cause: error },
      );
    } finally {
      this.#pulling.delete(reference);
    }
  }
}

/** Docker reports each layer many times a second; people want a line for each 10 %. */
export function progressLines(
  reference: string,
  onLine: (line: string) => void,
): (event: unknown) => void {
  const layers = new Map<string, { current: number; total: number }>();
  let shown = -1;
  return (event) => {
    const step = layerStep(event);
    if (!step) return;
    layers.set(step.id, step);
    const sum = [...layers.values()].reduce(
      (all, { current, total }) => ({ current: all.current + current, total: all.total + total }),
      { current: 0, total: 0 },
    );
    const tenth = Math.floor((sum.current / sum.total) * 10);
    // The total grows as layers turn up, so the share may fall; it is never shown falling.
    if (tenth <= shown) return;
    shown = tenth;
    onLine(`Pulling ${reference}: ${tenth * 10} %`);
  };
}

function failureIn(event: unknown): string | null {
  if (typeof event !== 'object' || event === null || !('error' in event)) return null;
  return String(event.error);
}

function layerStep(event: unknown): { id: string; current: number; total: number } | null {
  if (typeof event !== 'object' || event === null || !('id' in event)) return null;
  if (!('status' in event) || event.status !== 'Downloading') return null;
  const detail = 'progressDetail' in event ? event.progressDetail : null;
  if (typeof detail !== 'object' || detail === null) return null;
  if (!('current' in detail) || !('total' in detail)) return null;
  const [current, total] = [Number(detail.current), Number(detail.total)];
  return total > 0 ? { id: String(event.id), current, total } : null;
}

/** The HTTP status that Docker answered with; null for anything else. */
export function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null;
  return typeof error.statusCode === 'number' ? error.statusCode : null;
}
