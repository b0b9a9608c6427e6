import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../platform/errors.js';
import { placesIn, plantedAt, WAYS } from '../../testing/plant-in-report.js';
import { excerpts, PLAIN_SECRETS, SECRETS } from '../../testing/planted.js';
import { propertyRuns } from '../../testing/property-runs.js';
import { type ReportSample, reportSamples } from '../../testing/report-samples.js';
import { readRows } from '../testing/read-rows.js';
import { TOOLS } from '../tools/registry.js';
import { maskedStream } from './masked-stream.js';

const FORMATS = TOOLS.flatMap(({ formats }) => formats.map(({ id }) => id));
let samples: ReportSample[];
beforeAll(async () => {
  samples = await reportSamples();
});

describe.each(FORMATS)('a report of the format %s', (format) => {
  const ofFormat = () => samples.filter((sample) => sample.format === format);

  test('has a sample', () => {
    expect(ofFormat().map(({ name }) => name)).not.toEqual([]);
  });

  test('that has a secret anywhere is read and kept without it', async () => {
    const planting = fc.record({
      sample: fc.constantFrom(...ofFormat()),
      place: fc.nat(1_000_000),
      way: fc.constantFrom(...Object.keys(WAYS)),
      secret: fc.constantFrom(...SECRETS),
      inName: fc.constantFrom(...PLAIN_SECRETS),
    });
    await fc.assert(
      fc.asyncProperty(planting, async ({ sample, place, way, secret, inName }) => {
        const write = WAYS[way];
        const at = place % placesIn(sample.text);
        const text = plantedAt(sample.text, at, (usual) => write?.(usual, secret) ?? '', inName);
        const read = await readRows(text, sample.name).catch(messageOf);
        const kept = await textOf(maskedStream(Readable.from([Buffer.from(text)]), { format }));
        expect(excerpts([JSON.stringify(read), kept])).toEqual([]);
      }),
      { numRuns: propertyRuns(1_000, 30) },
    );
  }, 300_000);
});

/** Errors of readers quote the file: they are masked where they are answered. */
function messageOf(error: unknown): object {
  if (error instanceof AppError) return {};
  throw error;
}
