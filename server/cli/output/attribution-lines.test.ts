import { expect, test } from 'vitest';
import type { AvailableFramework, FrameworkGaps } from '../../../contract/compliance.js';
import { attributionLines } from './attribution-lines.js';
import { frameworkGapsTable, librariesTable } from './library-tables.js';
import { frameworksTable } from './posture-tables.js';

const OURS = 'Made-up framework © its makers';
const THEIRS = 'Made-up controls © others';
const requirements = {
  ...{ total: 2, satisfied: 0, partial: 0, failing: 0 },
  ...{ notAssessed: 2, notApplicable: 0 },
};
const framework = {
  ...{ id: 'one', name: 'One', version: '1', publisher: 'P', about: '', evaluatedAt: null },
  ...{ score: 0, coverage: 0, ceiling: 100, band: 'none' as const, requirements },
  attribution: OURS,
};
const timesIn = (text: string, part: string) => text.split(part).length - 1;

test('each attribution is printed once below the table, and none for our own content', () => {
  expect(attributionLines([{}, { attribution: undefined }], 80)).toEqual([]);
  expect(attributionLines([{ attribution: OURS }, { attribution: OURS }], 80)).toHaveLength(1);
  expect(timesIn(frameworksTable([framework, framework], 80), OURS)).toBe(1);
  expect(frameworksTable([{ ...framework, attribution: undefined }], 80)).not.toContain('©');
  const listed = { ...framework, origin: 'imported', source: null, active: true, targetScore: 70 };
  const available = { ...listed, sections: 1, requirements: 2, controls: 1, attestations: 2 };
  expect(timesIn(librariesTable([available as AvailableFramework], 80), OURS)).toBe(1);
});

test('gaps print the attributions of the framework and of its controls', () => {
  const counts = { failing: 0, partial: 0, notAssessed: 2, attestationMissing: 2, onlyPeople: 2 };
  const gaps: FrameworkGaps = {
    ...{ framework, counts, sections: [], gaps: [], fixes: [] },
    attributions: [THEIRS, OURS],
  };
  const shown = frameworkGapsTable(gaps, 80);
  expect([timesIn(shown, OURS), timesIn(shown, THEIRS)]).toEqual([1, 1]);
});
