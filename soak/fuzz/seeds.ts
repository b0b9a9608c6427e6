import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import yauzl from 'yauzl';
import { CONTROLS_TEMPLATE, FRAMEWORK_TEMPLATE } from '../../contract/file-templates.js';
import { aDocx, aPdf, aZip, PNG } from '../../server/modules/evidence/testing/evidence-files.js';
import { packageRoot } from '../../server/package-root.js';
import { prowlerAsff, prowlerCsv } from '../../server/testing/prowler-formats.js';
import { ocsfRow } from '../../server/testing/prowler-rows.js';
import { MADE_LAYOUTS, scfWorkbook } from '../../server/testing/scf-workbook.js';
import { TOOL_REPORTS } from '../../server/testing/tool-reports.js';
import { workbookFile } from '../../server/testing/workbook-file.js';
import type { Seed } from './seed.js';

const TOOLS = join(packageRoot, 'server/scanners/tools');
/** Larger reports only take longer: the same rows again. */
const MAX_REPORT_BYTES = 70_000;

const seed = (fileName: string, content: string | Buffer): Seed => ({
  fileName,
  bytes: Buffer.from(content as string),
});
const json = (value: unknown) => JSON.stringify(value, null, 1);

/** The fixtures of every tool, and small reports of every format. */
export function reportSeeds(): Seed[] {
  const fixtures = readdirSync(TOOLS, { recursive: true, encoding: 'utf8' })
    .filter((path) => /fixtures\/.*\.(?:json|jsonl|csv|xml|sarif)$/.test(path))
    .map((path) => seed(path.split('/').at(-1) ?? '', readFileSync(join(TOOLS, path))))
    .filter(({ bytes }) => bytes.length <= MAX_REPORT_BYTES);
  const rows = [
    ocsfRow({ check: 's3_bucket_public_access', resource: 'a', status: 'FAIL' }),
    ocsfRow({ check: 's3_bucket_public_access', resource: 'b', status: 'PASS' }),
    ocsfRow({ check: 'kms_cmk_are_used', resource: 'c', status: 'PASS', muted: true }),
    ocsfRow({ check: 'kms_cmk_are_used', resource: 'd', status: 'MANUAL' }),
  ];
  const made = [
    seed('rows.ocsf.json', json(rows)),
    seed('rows.csv', prowlerCsv(rows)),
    seed('rows.asff.json', prowlerAsff(rows)),
    ...TOOL_REPORTS.map(({ format, fails, text }) => seed(`${format}.report`, text(fails))),
  ];
  return [...fixtures, ...made, ...made];
}

const requirement = (id: string) => ({
  id,
  section: 'A',
  title: `Rule ${id}`,
  attestation: 'no',
  controls: { 'IAC-06': 'subset' },
});
const FRAMEWORK = {
  ...{ id: 'acme-1', name: 'Acme rules', version: '1.0', publisher: 'Acme', about: 'What we do.' },
  sections: [{ id: 'A', title: 'Access' }],
  requirements: ['A.1', 'A.2', 'A.10'].map(requirement),
};
const FRAMEWORK_YAML = `id: acme-1
name: Acme rules
version: "1.10"
sections:
  - { id: A, title: Access }
requirements:
  - id: A.1
    section: A
    title: >-
      Users have
      a second factor
    controls: { IAC-06: equal, IAC-08: subset }
  - id: A.2
    title: 'Leavers return their badges'
    attestation: yes
    parameter: { passwordMinLength: { min: 12 } }
`;
const part = (id: string, prose: string) => ({ id, name: 'statement', prose });
const OSCAL = {
  catalog: {
    uuid: '4b1b1c0e-6f62-4c58-9d3a-0a1b2c3d4e5f',
    metadata: { title: 'Acme catalog', version: '2', 'oscal-version': '1.1.2', props: [] },
    groups: [
      {
        id: 'ac',
        title: 'Access control',
        controls: [
          {
            id: 'ac-1',
            title: 'Policy',
            params: [{ id: 'ac-1_prm_1', label: 'frequency' }],
            props: [{ name: 'label', value: 'AC-1' }],
            parts: [part('ac-1_smt', 'Review it {{ insert: param, ac-1_prm_1 }}.')],
            controls: [{ id: 'ac-1.1', title: 'Automation', parts: [part('x', 'By machine.')] }],
          },
        ],
      },
    ],
  },
};

const frameworkSeeds = (): Seed[] => [
  seed(FRAMEWORK_TEMPLATE.fileName, FRAMEWORK_TEMPLATE.text),
  seed('framework.tsv', FRAMEWORK_TEMPLATE.text.replaceAll(',', '\t')),
  seed('framework.yaml', FRAMEWORK_YAML),
  seed('framework.json', json(FRAMEWORK)),
  seed('catalog.json', json(OSCAL)),
];

const CONTROL = {
  ...{ id: 'ACME-01', domain: 'IAC', title: 'Badges', intent: 'Badges are returned.', weight: '7' },
  ...{ kind: 'process', cadence: 'quarterly', keywords: ['badge'], negative: [] },
};
const controlSeeds = (): Seed[] => [
  seed(CONTROLS_TEMPLATE.fileName, CONTROLS_TEMPLATE.text),
  seed('controls.json', json({ controls: [CONTROL, { ...CONTROL, id: 'ACME-02' }] })),
  seed(
    'controls.yaml',
    `controls:\n${['ACME-01', 'ACME-02'].map((id) => `  - id: ${id}\n    domain: IAC\n    title: Badges\n    intent: |\n      Returned.\n    keywords: [badge, leaver]\n`).join('')}`,
  ),
];

const REVIEWS = [
  { verdict: 'accept', relation: 'subset', by: 'Ann', on: '2026-01-31' },
  { verdict: 'reject' },
].map((review, n) => ({
  ...{ tool: 'prowler', checkId: `check_${n}`, provider: 'aws', controlId: 'IAC-06' },
  ...{ ...review, reason: 'It proves a part of it.' },
}));
const reviewSeeds = (): Seed[] => [
  seed('reviews.jsonl', REVIEWS.map((review) => `${JSON.stringify(review)}\n`).join('')),
  seed(
    'reviews.yaml',
    `kind: mapping-reviews/1\nreviews:\n${REVIEWS.map((review) => `  - ${JSON.stringify(review)}\n`).join('')}`,
  ),
];

async function workbookSeeds(): Promise<Seed[]> {
  const books = MADE_LAYOUTS.map(async (layout) =>
    archive(`scf-${layout}.xlsx`, await scfWorkbook({ layout })),
  );
  return Promise.all(books);
}

async function evidenceSeeds(): Promise<Seed[]> {
  const rows = [
    ['who', 'when'],
    ['Ann', 1],
  ];
  const parts = await partsOf(await workbookFile([{ name: 'Log', rows }]));
  const sheet = await aZip({ '[Content_Types].xml': '<Types/>', ...parts });
  return [
    seed('policy.pdf', await aPdf('Our policy')),
    seed('dot.png', PNG),
    await archive('policy.docx', await aDocx({ 'word/embeddings/a.docx': await aDocx() })),
    await archive('log.xlsx', sheet),
    seed('log.csv', 'who,when\nAnn,2026-01-01\n'),
    seed('export.json', json({ users: [{ name: 'Ann', password: 'none' }] })),
    seed('notes.md', '# Notes\n\nAnn has left.\n'),
    seed('settings.yaml', 'a: 1\nb: [x, y]\n'),
  ];
}

const SUMS = `${'0'.repeat(64)}  evidence/a.txt\n`;
const packageSeeds = async (): Promise<Seed[]> => [
  await archive(
    'package.zip',
    await aZip({
      'manifest.json': json({ files: [{ path: 'evidence/a.txt', sha256: '0'.repeat(64) }] }),
      SHA256SUMS: SUMS,
      'evidence/a.txt': 'text',
    }),
  ),
];

/** One line each: names of what people want scanned, and settings. */
const lineSeeds = (): Seed[] => [
  seed('target', 'https://user@shop.example:8443/a/b?c=d#e'),
  seed('target', `ghcr.io/acme/shop:1.2@sha256:${'a'.repeat(64)}`),
  seed('target', '10.0.0.0/24, db.example 2001:db8::1'),
  seed('target', '1-1024,3306,8000-8100'),
  seed(
    'target',
    'PORT=8080\nDATA_DIR=/srv/cspm\nMONGODB_URI=mongodb://db.example/x\nMAX_UPLOAD_BYTES=1000000\nOUTBOUND_ALLOW=10.0.0.0/8,hook.example\nRETENTION_DAYS=400\nMODULES=all',
  ),
  seed(
    'target',
    json({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://k.example:6443' } }],
      users: [{ name: 'u', user: { token: 'abc' } }],
    }),
  ),
];

/** By the names of their readers. */
export const SEEDS: Readonly<Record<string, () => Seed[] | Promise<Seed[]>>> = {
  'scanners.report-file': reportSeeds,
  'scanners.masked-report': reportSeeds,
  'catalogue.framework-file': frameworkSeeds,
  'catalogue.controls-file': controlSeeds,
  'catalogue.scf-workbook': workbookSeeds,
  'container-security.image-report': reportSeeds,
  'evidence.file': evidenceSeeds,
  'mapping.reviews-file': reviewSeeds,
  'evidence package': packageSeeds,
  'targets and settings': lineSeeds,
};

const KEPT = join(packageRoot, 'soak/fuzz/fixtures');

/** Inputs on which a reader has failed: each is read again, and mutations start from it. */
export function keptSeeds(reader: string): Seed[] {
  const folder = join(KEPT, reader);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => seed(name, readFileSync(join(folder, name))));
}

async function archive(fileName: string, bytes: Buffer): Promise<Seed> {
  return { fileName, bytes, parts: await partsOf(bytes) };
}

function partsOf(bytes: Buffer): Promise<Record<string, Buffer>> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      const parts: Record<string, Buffer> = {};
      zip.on('error', reject).on('end', () => resolve(parts));
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, (problem, stream) => {
          if (problem) return reject(problem);
          buffer(stream).then((content) => {
            parts[entry.fileName] = content;
            zip.readEntry();
          }, reject);
        });
      });
      zip.readEntry();
    });
  });
}
