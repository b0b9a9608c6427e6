import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdfText } from '../../../testing/pdf-text.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Evidence } from '../index.js';
import { textsOf } from '../testing/evidence-files.js';

const FRAMEWORK = 'nist-800-53-r5';
const EXPIRED =
  /Expired evidence of \d+ controls takes \d+\.\d points off the score, in \d+ requirement/;

let core: TestCore;
let evidence: Evidence;
let team: TestTeam;
/** Of a package whose period begins after the results that its statuses stand on. */
let files: Map<string, string>;
beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('evidence'));
  evidence = core.container.get('evidence');
  team = new TestTeam(core);
  const at = core.clock.now().toISOString();
  const fail = { check: 'iam_root_mfa_enabled', resource: 'root', status: 'FAIL' } as const;
  await team.import([{ check: 'kms_cmk_are_used', resource: 'key', status: 'PASS' }, fail], { at });
  core.clock.moveDays(100);
  await core.compliance.engine.catchUp(team.actor);
  await evidence.runMaintenance(team.actor);
  const to = core.clock.now();
  const from = new Date(to.getTime() - 5 * 86_400_000).toISOString();
  const wanted = { frameworkId: FRAMEWORK, from, to: to.toISOString() };
  const { id } = await evidence.packages.buildNow(team.actor, wanted);
  const zip = join(core.platform.config.dataDir, 'package.zip');
  await pipeline((await evidence.packages.content(team.actor, id)).content, createWriteStream(zip));
  files = await textsOf(zip);
});
afterAll(() => core.close());

// biome-ignore lint/suspicious/noExplicitAny: documents as a foreign reader sees them
type Document = any;
const json = (name: string): Document =>
  JSON.parse(Buffer.from(files.get(name) ?? '', 'latin1').toString());
const valueIn = (props: Document[], name: string) => props.find((one) => one.name === name)?.value;
const posture = () => core.compliance.posture.framework(team.actor, FRAMEWORK);

test('posture.json has both figures of the framework, its requirements and its controls', async () => {
  const { framework, controls } = json('posture.json');
  const { passing, expired } = await posture();
  expect(expired?.points).toBeGreaterThan(0);
  expect(framework).toMatchObject({ passing, expired });
  const lost = framework.requirementStates.filter((one: Document) => one.expiredPoints > 0);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost[0].page).toBe(`/frameworks/${FRAMEWORK}/requirements/${lost[0].id}`);
  const [aged] = controls.filter(({ id }: Document) => id === 'CRY-09');
  expect(aged).toMatchObject({
    ...{ passing: 100, expired: { passes: 1 } },
    regions: [{ account: 'aws/111', kind: 'one_region', regions: ['eu-west-1'] }],
  });
});

test('the report states the share that passes, what expired evidence took, and the pages', () => {
  const pdf = pdfText(Buffer.from(files.get('report.pdf') ?? '', 'latin1'));
  const text = pdf.replace(/\s+/g, ' ');
  expect(text).toMatch(/Passing share of the results: \d+(\.\d)? %/);
  expect(text).toMatch(EXPIRED);
  expect(text).toContain('Controls with expired evidence');
  expect(text).toContain(`Regions of the accounts 1 region seen: eu-west-1 of aws/111`);
  expect(text).toMatch(/It was implemented until \d{4}-\d\d-\d\d/);
  expect(text).toContain(`cspm frameworks why ${FRAMEWORK} `);
});

describe('OSCAL', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  // The plugin is CommonJS, unlike its types.
  (formats as unknown as (target: Ajv) => void)(ajv);
  const schema = join(import.meta.dirname, 'oscal/fixtures/oscal-1.2-assessment.schema.json');
  const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
  const valid = (name: string) => {
    const document = json(name);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    return document;
  };

  test('assessment results have both figures, and name old and expired evidence', async () => {
    const [result] = valid('oscal/assessment-results.json')['assessment-results'].results;
    const { passing, expired } = await posture();
    expect(valueIn(result.props, 'passing')).toBe(String(passing));
    expect(valueIn(result.props, 'expired-points')).toBe(String(expired?.points));
    expect(valueIn(result.props, 'regions-seen')).toBe('1 region seen: eu-west-1 of aws/111');
    expect(result.props.find((one: Document) => one.name === 'expired-points').remarks).toMatch(
      EXPIRED,
    );
    const [lost] = result.findings.filter(
      ({ target }: Document) => valueIn(target.props, 'requirement') === 'SC-12',
    );
    const { props, status } = lost.target;
    expect(Number(valueIn(props, 'expired-points'))).toBeGreaterThan(0);
    expect(valueIn(props, 'expired-evidence')).toBe('CRY-09');
    expect(valueIn(props, 'older-evidence')).toBe('CRY-09');
    expect(status.remarks).toContain('Evidence has expired: CRY-09');
    expect(status.remarks).toContain('Rests on results outside the period: CRY-09');
    const page = props.find((one: Document) => one.name === 'page');
    const id = valueIn(props, 'requirement');
    expect(page.value).toBe(`/frameworks/${FRAMEWORK}/requirements/${encodeURIComponent(id)}`);
    expect(page.remarks).toContain(`cspm frameworks why ${FRAMEWORK} `);
  });

  test('the plan of action has both figures, and the requirements of each control', () => {
    const { metadata, ...plan } = valid('oscal/plan-of-action-and-milestones.json')[
      'plan-of-action-and-milestones'
    ];
    expect(Number(valueIn(metadata.props, 'expired-points'))).toBeGreaterThan(0);
    const [item] = plan['poam-items'];
    expect(valueIn(item.props, 'passing')).toBe('0');
    expect(valueIn(item.props, 'requirement')).toBeTruthy();
  });
});

test('the gaps as CSV have both figures on each row, and the page', async () => {
  const { text } = await core.compliance.gaps.export(team.actor, FRAMEWORK);
  const rows: Document[] = parse(text, { columns: true });
  const { passing, expired } = await posture();
  expect(rows.filter((row) => Number(row.expired_points) > 0)).toHaveLength(
    expired?.requirements ?? 0,
  );
  for (const row of rows) {
    expect(row).toMatchObject({
      framework_passing: passing?.toFixed(1),
      framework_expired_points: expired?.points.toFixed(1),
      page: `/frameworks/${FRAMEWORK}/requirements/${encodeURIComponent(row.requirement)}`,
    });
  }
});
