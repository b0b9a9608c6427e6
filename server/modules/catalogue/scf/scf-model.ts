/** The content read from an SCF workbook. Texts are unchanged; ids are trimmed. */
export interface ScfControl {
  /** Such as `IAC-06.1`. */
  id: string;
  /** Code of its domain, the id's first three letters. */
  domain: string;
  title: string;
  description: string;
  question: string;
  /** 1–10; null when the workbook has none. */
  weight: number | null;
  /** People, process, technology, data, facility: what the control governs, in the workbook's words. */
  pptdf: string | null;
  /** How often it is to be validated, in the workbook's words. */
  cadence: string | null;
  csfFunction: string | null;
  /** Ids of the evidence request list. */
  evidenceRequests: string[];
  objectives: ScfObjective[];
  /** Ids of the risk and the threat catalogue. */
  risks: string[];
  threats: string[];
}

export interface ScfObjective {
  id: string;
  text: string;
  pptdf: string | null;
  origins: string | null;
  rigor: string | null;
}

export interface ScfDomain {
  code: string;
  name: string;
  principle: string | null;
  intent: string | null;
}

/** A column of the workbook: one framework's requirement ids. */
export interface ScfFramework {
  /** Stable name: of the workbook's identifier (FDI), or of the header where it has none. */
  slug: string;
  /** Focal Document Identifier as the workbook has it. */
  fdi: string | null;
  /** The column's header, white space normalised. */
  header: string;
  name: string;
  publisher: string | null;
  version: string | null;
  geography: string | null;
  url: string | null;
  /** Ids in natural order, each with the controls that name it. */
  requirements: { id: string; controls: string[] }[];
  /** Cells that Excel stored as numbers. */
  numericCells: number;
  /** `x.10`, `x.20` and `x.30` are missing throughout: Excel has turned them into `x.1`, `x.2`, `x.3`. */
  zerosLost: boolean;
}

export const SCF_ENTRY_KINDS = [
  'evidence_request',
  'compensating_control',
  'risk',
  'threat',
  'privacy_principle',
] as const;
export type ScfEntryKind = (typeof SCF_ENTRY_KINDS)[number];

/** A row of one of the workbook's other sheets. */
export interface ScfEntry {
  kind: ScfEntryKind;
  id: string;
  /** Area, grouping. */
  group: string | null;
  title: string;
  text: string;
  /** The controls that it is for. */
  controls: string[];
}

/** Something in the workbook that was not as expected; its place as Excel shows it. */
export interface ScfWarning {
  sheet: string;
  row: number | null;
  /** Letters. */
  column: string | null;
  text: string;
}

export interface ScfWorkbook {
  /** Such as `2026.1`. */
  release: string;
  domains: ScfDomain[];
  controls: ScfControl[];
  frameworks: ScfFramework[];
  entries: ScfEntry[];
  /** The first `MAX_WARNINGS`. */
  warnings: ScfWarning[];
  warningsTotal: number;
}

export type ScfFrameworkFacts = Omit<ScfFramework, 'requirements'> & { requirements: number };
