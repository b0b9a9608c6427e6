import { type SheetCell, type SheetRows, workbookFile } from './workbook-file.js';

/** A made-up control: ids in the SCF's format, all text our own. */
export interface MadeControl {
  id: string;
  title?: string;
  description?: string;
  weight?: number | string | null;
  /** Requirement ids by the first word of a framework's column header. */
  ids?: Readonly<Record<string, SheetCell>>;
}

export interface MadeFramework {
  /** The header in the main sheet, with its line breaks. */
  header: string;
  /** The header in the sources sheet, if it differs; null when it is not listed. */
  listed?: string | null;
  fdi: string;
  name: string;
}

export const MADE_LAYOUTS = ['2022.3', '2025.4', '2026.1', '2026.2'] as const;
export type MadeLayout = (typeof MADE_LAYOUTS)[number];

export const MADE_FRAMEWORKS: readonly MadeFramework[] = [
  {
    header: 'Harbour\r\nCode  \r\nv2',
    listed: 'Harbour Code v2',
    fdi: 'general-harbour-code-2',
    name: 'Harbour Code, second edition',
  },
  { header: 'Lamp\r\nRules', fdi: 'amaericas-lamp-rules', name: 'Lamp Rules' },
  {
    header: 'Tide 5 (low)',
    listed: 'Tide 5 [low]',
    fdi: 'emea-tide-5-low',
    name: 'Tide Regulation',
  },
];

const made = (id: string): Required<Pick<MadeControl, 'title' | 'description'>> => ({
  title: `Keeping of ${id}`,
  description: `Ways exist to keep ${id} in order,\r\nand to show it.`,
});

/** The default controls: one that our library has, one that it lacks, one whose id means another control there. */
export const MADE_CONTROLS: readonly MadeControl[] = [
  { id: 'IAC-06', ids: { Harbour: '5.9\r\n5.10\n5.11', Lamp: 'L-1', Tide: 'T.1' } },
  { id: 'AST-77', weight: 9, ids: { Harbour: '5.11\n5.12', Lamp: 'L-1\nL-2' } },
  { id: 'IRO-14', ids: { Harbour: '6.1', Tide: 'T.2' } },
  { id: 'GOV-01', weight: null, ids: { Lamp: 'L-3' } },
];

export interface MadeWorkbook {
  layout?: MadeLayout;
  /** The release in the main sheet's name; by default the layout's. */
  release?: string;
  controls?: readonly MadeControl[];
  frameworks?: readonly MadeFramework[];
  /** Omitted sheets, by a part of their names. */
  without?: readonly string[];
}

/** The sheets of a made-up workbook in the layout of a release, with its renamed sheets and headers. */
export function scfSheets(options: MadeWorkbook = {}): SheetRows[] {
  const { layout = '2026.1', controls = MADE_CONTROLS, frameworks = MADE_FRAMEWORKS } = options;
  const release = options.release ?? layout;
  const isOld = layout === '2022.3';
  const sheets: SheetRows[] = [
    { name: `SCF ${release}`, rows: mainRows(layout, release, controls, frameworks) },
    { name: isOld ? 'Domains & Principles' : 'SCF Domains & Principles', rows: DOMAINS },
    sources(layout, frameworks),
    { name: `Evidence Request List ${release}`, rows: EVIDENCE },
    { name: 'Risk Catalog', rows: RISKS },
    { name: 'Threat Catalog', rows: THREATS },
    {
      name: isOld ? `Privacy Management ${release}` : 'Data Privacy Mgmt Principles',
      rows: PRIVACY,
    },
  ];
  if (!isOld) {
    sheets.push({ name: `Assessment Objectives ${release}`, rows: OBJECTIVES });
    sheets.push({ name: `Compensating Controls ${release}`, rows: COMPENSATING });
  }
  return sheets.filter(({ name }) => !options.without?.some((part) => name.includes(part)));
}

export const scfWorkbook = (options: MadeWorkbook = {}) => workbookFile(scfSheets(options));

function mainRows(
  layout: MadeLayout,
  release: string,
  controls: readonly MadeControl[],
  frameworks: readonly MadeFramework[],
): SheetCell[][] {
  const isOld = layout === '2022.3';
  const maturity = { '2022.3': 'SP-CMM 0', '2025.4': 'C|P-CMM 0' }[layout as string];
  const columns: [string, (control: MadeControl, row: number) => SheetCell][] = [
    ['SCF Domain', ({ id }) => `Domain of ${id.slice(0, 3)}`],
    ['SCF Control', ({ id, title }) => title ?? made(id).title],
    ['SCF #', ({ id }) => ` ${id}`],
    [
      'Secure Controls Framework (SCF)\r\nControl  Description',
      ({ id, description }) => description ?? made(id).description,
    ],
    ...(isOld
      ? []
      : ([
          ['PPTDF\r\nApplicability', () => 'Technology'],
          ['Conformity Validation\r\nCadence', () => 'Quarterly'],
        ] as [string, () => SheetCell][])),
    [
      isOld ? 'Methods To Comply With SCF Controls' : 'Possible Solutions &\nConsiderations',
      () => 'A lamp',
    ],
    ['Evidence Request List (ERL) #', () => 'E-LMP-01\r\nE-LMP-99'],
    ['SCF Control Question', ({ id }) => `Is ${id} kept in order?`],
    ['Relative Control Weighting', ({ weight = 7 }) => weight],
    [isOld ? 'Function Grouping' : 'NIST CSF\r\nFunction Grouping', () => 'Protect'],
    [isOld ? 'SCRM\r\nTier 1\r\nStrategic' : 'SCRM Focus\r\n\r\nTIER 1\r\nSTRATEGIC', () => 'x'],
    [maturity ?? 'SCR-CMM\r\nLevel 0', () => 'Nothing is done.'],
    ...frameworks.map(({ header }): [string, (control: MadeControl) => SheetCell] => [
      header,
      ({ ids = {} }) => ids[header.split(/\W/)[0] ?? ''] ?? null,
    ]),
    [
      'Minimum Security Requirements \r\nMCC + DSR',
      (_, row) => ({ formula: `IF(N${row}<>"","x","")`, result: 'x' }),
    ],
    [isOld ? 'SCF-R\r\n\r\nRansomware Protection' : 'SCF CORE\r\nFundamentals', () => 'x'],
    [
      'Risk Threat Summary',
      (_, row) => ({ formula: `TEXTJOIN(CHAR(10),TRUE,R${row}:S${row})`, result: 'R-AC-1' }),
    ],
    ['Risk\r\nR-AC-1', ({ id }) => (id === 'IAC-06' ? 'R-AC-1' : '')],
    ['Control Threat Summary', () => ({ formula: 'T2', result: '' })],
    ['Threat\r\nNT-1', () => 'NT-1'],
    [isOld ? `SCF Errata\r\n${release}` : `Errata ${release}`, () => null],
  ];
  return [
    columns.map(([header]) => header),
    ...controls.map((control, at) => columns.map(([, cell]) => cell(control, at + 2))),
  ];
}

function sources(layout: MadeLayout, frameworks: readonly MadeFramework[]): SheetRows {
  const listed = frameworks.filter((framework) => framework.listed !== null);
  if (layout === '2022.3') {
    const head = [
      'Geography',
      'Mapping Column Header',
      'Source',
      'Authoritative Source - Law',
      'Version',
    ];
    const rows = listed.map(({ header, listed, name }) => [
      'Universal',
      listed ?? header,
      'Guild',
      name,
      2,
    ]);
    return { name: 'Authoritative Sources', rows: [head, ...rows] };
  }
  const head = [
    'Geography',
    'SCF  Column\r\nHeader',
    'Source',
    'Focal Document Identifier (FDI)',
    'Focal Document Name (FDN)',
    'URL',
  ];
  const rows = listed.map(({ header, listed, fdi, name }) => {
    return ['Universal', listed ?? header, 'Guild', fdi, name, 'https://example.org/'];
  });
  const name = layout === '2026.2' ? 'Focal Documents' : 'Authoritative Sources';
  return { name, rows: [head, ...rows] };
}

const DOMAINS: SheetCell[][] = [
  ['#', 'SCF Domain', 'SCF Identifier', 'Principles', 'Principle Intent'],
  [1, 'Doors and Keys', 'IAC', 'Know who comes in.', 'Somebody looks.'],
  [2, 'Things', 'AST', 'Know what is there.', 'Somebody counts.'],
  [3, 'Trouble', 'IRO', 'Know what to do.', 'Somebody helps.'],
  [4, 'The Helm', 'GOV', 'Know where to go.', 'Somebody steers.'],
];
const OBJECTIVES: SheetCell[][] = [
  [
    'SCF #',
    'SCF AO #',
    'SCF Assessment Objective (AO)\r\nlook, ask and try',
    'PPTDF\r\nApplicability',
    'SCF Assessment Objective (AO) Origin(s)',
    'Assessment Rigor (AR)',
  ],
  ['IAC-06', 'IAC-06_A01', 'every door has a second lock.', 'Technology', 'made up', '1'],
  ['IAC-06', 'IAC-06_A02', 'every lock has a keeper.', 'People', 'made up', '2'],
  ['ZZZ-01', 'ZZZ-01_A01', 'nothing.', null, null, null],
];
const EVIDENCE: SheetCell[][] = [
  [
    '#',
    'ERL #',
    'Area of Focus',
    'Documentation Artifact',
    'Artifact Description',
    'SCF Control Mappings',
  ],
  [1, 'E-LMP-01', 'Lamps', 'List of lamps', 'A list of every lamp.', 'IAC-06\r\nAST-77'],
];
const COMPENSATING: SheetCell[][] = [
  [
    'SCF Domain',
    'SCF #',
    'SCF Control',
    'Description',
    'Risk If Not Implemented',
    'Compensating Control 1\r\nSCF #',
    'Compensating Control 1\r\nSCF Control',
    'Compensating Control 2\r\nSCF #',
  ],
  [
    'Doors and Keys',
    'IAC-06',
    'Keeping',
    'Ways',
    'A door stands open.',
    'AST-77',
    'Keeping',
    'IRO-14',
  ],
];
const RISKS: SheetCell[][] = [
  ['What the list of risks is for', null, null],
  [null, null, null],
  [
    'Risk Grouping',
    'Risk #',
    'Risk*\r\nand a note',
    'Description of the risk',
    'NIST CSF \r\nFunction',
  ],
  [null, null, null, 'WHAT MAY HAPPEN'],
  ['Doors', 'R-AC-1', 'An open door', 'Somebody walks in.', 'Protect'],
];
const THREATS: SheetCell[][] = [
  ['What the list of threats is for'],
  ['Threat Grouping', 'Threat #', 'Threat*', 'Threat Description'],
  ['Weather', 'NT-1', 'High water', 'The cellar is wet.'],
];
const PRIVACY: SheetCell[][] = [
  ['#', 'Principle Name', 'SCF Principle Description', 'Secure Controls Framework (SCF)'],
  [1, 'Ask first', 'Nobody is listed who was not asked.', 'GOV-01'],
];
