import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import type { Fault } from '../../platform/parsing/fault.js';
import { inChunks } from '../testing/read-rows.js';
import { TOOLS } from '../tools/registry.js';
import { BoundedXml } from './bounded-xml.js';
import type { ReportFormat } from './format.js';
import { readReport } from './read-report.js';

const SECRET = 'planted-7Qx9';

/** Fails on what its report holds, as a reader with a mistake does. */
const fail = (content: unknown): never => {
  throw new TypeError(`cannot read ${String(content)} ${SECRET}`);
};

function formatOf<Kind extends ReportFormat['kind']>(id: string, kind: Kind) {
  const format = TOOLS.flatMap(({ formats }) => formats).find((each) => each.id === id);
  if (format?.kind !== kind) throw new Error(`no such format: ${id}`);
  return format as ReportFormat & { kind: Kind };
}

async function read(path: string) {
  const faults: Fault[] = [];
  const input = readFileSync(new URL(`../tools/${path}`, import.meta.url));
  const outcome = await readReport(inChunks(input, 4096), {
    fileName: 'report',
    onRows: () => {},
    onFault: (fault) => void faults.push(fault),
  });
  return { outcome, faults };
}

afterEach(() => vi.restoreAllMocks());

function failsOnThird<T, R>(work: (given: T) => R): (given: T) => R {
  let calls = 0;
  return (given) => {
    calls += 1;
    return calls === 3 ? fail(given) : work(given);
  };
}

test.each(['elements', 'csv', 'document'] as const)(
  'a reader of %s that fails on one part loses that part, and says where',
  async (kind) => {
    const path = {
      elements: 'prowler/fixtures/aws-sample.ocsf.json',
      csv: 'prowler/fixtures/aws-sample.csv',
      document: 'trivy/fixtures/trivy-0.74-folder.json',
    }[kind];
    const { outcome: whole } = await read(path);
    if (kind === 'elements') {
      const format = formatOf('prowler-ocsf', kind);
      const { create } = format;
      vi.spyOn(format, 'create').mockImplementation((context) => {
        const reader = create(context);
        return { ...reader, read: failsOnThird((value) => reader.read(value)) };
      });
    } else if (kind === 'csv') {
      const format = formatOf('prowler-csv', kind);
      const { create } = format;
      vi.spyOn(format, 'create').mockImplementation((columns) => failsOnThird(create(columns)));
    } else {
      const format = formatOf('trivy-json', kind);
      const { create } = format;
      vi.spyOn(format, 'create').mockImplementation((context) => {
        const reader = create(context);
        return {
          facts: () => reader.facts(),
          *read(value) {
            const [one, two] = reader.read(value);
            if (one) yield one;
            if (two) yield two;
            fail(value);
          },
        };
      });
    }
    const { outcome, faults } = await read(path);
    expect(outcome).toMatchObject({ partial: true, rejected: 1 });
    expect(outcome.problem).toContain('cannot be read: its reader failed (TypeError)');
    expect(outcome.results).toBe(kind === 'document' ? 2 : whole.results - 1);
    expect(faults).toMatchObject([{ type: 'TypeError', stack: expect.stringContaining('at ') }]);
    expect(JSON.stringify([outcome, faults])).not.toContain(SECRET);
  },
);

test('XML is read up to the element on which its reader fails', () => {
  const seen: string[] = [];
  const xml = new BoundedXml({
    open: ({ name }) => (name === 'c' ? fail(name) : void seen.push(name)),
  });
  xml.push(Buffer.from('<a>\n<b/><c/><d/></a>'));
  expect(seen).toEqual(['a', 'b']);
  expect(xml.end()).toMatch(
    /^cannot be read: its reader failed \(TypeError\) at line 2, column \d+/,
  );
  expect(xml.fault).toMatchObject({ type: 'TypeError' });
  expect(JSON.stringify([xml.end(), xml.fault])).not.toContain(SECRET);
});
