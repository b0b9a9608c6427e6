import { zipOf } from '../../server/testing/workbook-file.js';
import { randomNumbers } from '../random.js';
import { BYTE_MUTATIONS, MAX_BYTES, type Mutation } from './byte-mutations.js';
import { type Mutant, oneOf, type Random, type Seed, upTo } from './seed.js';
import { TREE_MUTATIONS } from './tree-mutations.js';

const MUTATIONS: readonly Mutation[] = [...BYTE_MUTATIONS, ...TREE_MUTATIONS, ...TREE_MUTATIONS];

/** The input of this number, always the same for the same seeds: these themselves first. */
export async function mutantOf(
  seeds: readonly Seed[],
  run: number,
  number: number,
): Promise<Mutant> {
  const first = seeds[number];
  if (first) return { ...first, steps: ['nothing'], seed: first, kind: 'beginning' };
  // Distant states: neighbouring ones would begin alike.
  const random = randomNumbers(run * 0x9e3779b1 + number * 0x85ebca6b);
  random();
  const seed = oneOf(random, seeds);
  const { fileName } = seed;
  if (random() < 0.1) {
    const bytes = seed.bytes.subarray(0, placeIn(seed.bytes, random));
    const steps = [`cut after ${bytes.length} of ${seed.bytes.length} bytes`];
    return { fileName, bytes, steps, seed, kind: 'beginning' };
  }
  const isInside = seed.parts !== undefined && random() < 0.6;
  if (isInside) return { ...(await insideOf(seed, random, seeds)), seed, kind: 'other' };
  const done = mutated(seed.bytes, random, seeds);
  return { fileName, ...done, seed };
}

/** Any place, and more often one where structure begins or ends. */
function placeIn(bytes: Buffer, random: Random): number {
  const from = upTo(random, bytes.length + 1);
  if (random() < 0.4) return from;
  const wanted = oneOf(random, ['"', ',', '}', ']', '\n', '>', '<', ':', '\\', ' ']);
  const found = bytes.indexOf(wanted, from);
  return found < 0 ? from : found + (random() < 0.5 ? 0 : 1);
}

function mutated(start: Buffer, random: Random, others: readonly Seed[]) {
  const steps: string[] = [];
  let bytes = start;
  let isLess = true;
  const wanted = oneOf(random, [1, 1, 1, 2, 3]);
  for (let tries = 0; steps.length < wanted && tries < 20; tries += 1) {
    const mutation = oneOf(random, MUTATIONS);
    const next = mutation.apply(bytes, random, others);
    if (next === null || next.length > MAX_BYTES) continue;
    bytes = next;
    steps.push(mutation.name);
    isLess &&= mutation.kind === 'less';
  }
  return { bytes, steps, kind: isLess ? ('less' as const) : ('other' as const) };
}

/** Changes one file of an archive, and packs it again. */
async function insideOf(seed: Seed, random: Random, others: readonly Seed[]) {
  const parts = { ...seed.parts };
  const name = oneOf(random, Object.keys(parts));
  const { bytes: part, steps } = mutated(parts[name] ?? Buffer.alloc(0), random, others);
  parts[name] = part;
  return {
    fileName: seed.fileName,
    bytes: await zipOf(parts),
    steps: steps.map((step) => `${name}: ${step}`),
  };
}
