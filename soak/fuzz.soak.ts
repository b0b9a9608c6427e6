import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PARSERS } from '../server/product-parsers.js';
import { readRows } from '../server/scanners/testing/read-rows.js';
import { TOOLS } from '../server/scanners/tools/registry.js';
import { fuzz } from './fuzz/fuzz-run.js';
import { READERS } from './fuzz/readers.js';
import { keptSeeds, reportSeeds, SEEDS } from './fuzz/seeds.js';

const INPUTS = Number(process.env.SOAK_INPUTS ?? 100_000);
const SEED = Number(process.env.SOAK_SEED ?? 1);
const FAILED = process.env.SOAK_FOLDER ?? join(tmpdir(), 'cspm-fuzz-failed');
/** Reports have most formats. */
const SHARE_OF_REPORTS = 0.5;
const MAX_MS = 3 * 60 * 60_000;

describe('changed inputs', () => {
  it('are made for every parser, and from reports of every format', async () => {
    expect(Object.keys(READERS)).toEqual(expect.arrayContaining(Object.keys(PARSERS)));
    const read = await Promise.all(
      reportSeeds().map(({ bytes, fileName }) => readRows(bytes, fileName)),
    );
    const formats = new Set(read.flatMap(({ outcome }) => outcome.format.split(', ')));
    const declared = TOOLS.flatMap((tool) => tool.formats.map(({ id }) => id));
    expect([...formats]).toEqual(expect.arrayContaining(declared));
  });

  it.each(Object.keys(READERS))('of %s are made from inputs that are read', async (reader) => {
    const scratch = join(tmpdir(), `cspm-fuzz-${process.pid}`);
    for (const seed of (await SEEDS[reader]?.()) ?? []) {
      const mutant = { ...seed, seed, steps: [], kind: 'beginning' as const };
      expect([seed.fileName, await READERS[reader]?.read(mutant, scratch)]).toEqual([
        seed.fileName,
        [],
      ]);
    }
    await rm(scratch, { force: true });
  });

  const others = Object.keys(READERS).length - 1;
  it.each(Object.entries(READERS))(
    'of %s are read or refused with a reason',
    async (reader) => {
      const share =
        reader === 'scanners.report-file' ? SHARE_OF_REPORTS : (1 - SHARE_OF_REPORTS) / others;
      const inputs = Math.ceil(INPUTS * share);
      const seeds = [...((await SEEDS[reader]?.()) ?? []), ...keptSeeds(reader)];
      const wanted = { reader, seeds, run: SEED, inputs, folder: FAILED };
      const { failures, ...counts } = await fuzz(wanted);
      console.log(
        `${reader}: ${counts.inputs} inputs, ${counts.refused} refused; at most ${Math.round(counts.slowestMs)} ms and ${Math.round(counts.maxRssMb)} MB`,
      );
      expect(failures).toEqual([]);
    },
    MAX_MS,
  );
});
