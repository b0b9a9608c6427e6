import { deserialize } from 'node:v8';

/** A valid input that mutations start from. */
export interface Seed {
  /** The name under which it is read, and which errors must name. */
  fileName: string;
  bytes: Buffer;
  /** The files of an archive, which are also mutated before they are packed. */
  parts?: Readonly<Record<string, Buffer>>;
}

/** An input, and what may be said of it. */
export interface Mutant {
  fileName: string;
  bytes: Buffer;
  /** What was done, in order. */
  steps: string[];
  seed: Seed;
  /**
   * The whole beginning of the seed and nothing else, so that what it says is a part of what the seed says;
   * `less`: only taken away, destroyed or contradicted; `other`: may say anything.
   */
  kind: 'beginning' | 'less' | 'other';
}

export type Random = () => number;

/** A whole number from 0 to `below` - 1. */
export const upTo = (random: Random, below: number) => Math.floor(random() * below);

export function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[upTo(random, items.length)] as T;
}

/** The seeds that their writer serialised: bytes come back as plain arrays. */
export function seedsIn(serialised: Buffer): Seed[] {
  return (deserialize(serialised) as Seed[]).map(({ fileName, bytes, parts }) => ({
    fileName,
    bytes: Buffer.from(bytes),
    ...(parts ? { parts: mapped(parts) } : {}),
  }));
}

function mapped(parts: Readonly<Record<string, Uint8Array>>): Record<string, Buffer> {
  const entries = Object.entries(parts);
  return Object.fromEntries(entries.map(([name, bytes]) => [name, Buffer.from(bytes)]));
}
