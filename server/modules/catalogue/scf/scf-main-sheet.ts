import { InvalidInputError } from '../../../platform/errors.js';
import {
  hasLostZeros,
  idsIn,
  looseKey,
  type MainField,
  mainColumn,
  normalised,
  slugOf,
} from './scf-columns.rules.js';
import type { ScfControl, ScfFramework } from './scf-model.js';
import type { ScfSource } from './scf-sheets.js';
import { HEADER_WITHIN } from './scf-table.js';
import type { ScfWarnings } from './scf-warnings.js';
import { columnName } from './workbook/cell-text.js';
import type { Cell, Row, Workbook } from './workbook/workbook.js';

const CONTROL_ID = /^[A-Z]{3}-\d{2,3}(\.\d{1,3})?$/;
const REQUIRED: readonly MainField[] = ['id', 'title', 'description'];
const MAX_ID = 200;

interface FrameworkColumn extends Omit<ScfFramework, 'requirements' | 'zerosLost'> {
  column: number;
  isListed: boolean;
  /** Cells that were typed, not computed. */
  typedCells: number;
  requirements: Map<string, Set<string>>;
}

/** The sheet of controls: a row per control, a column per framework. */
export class ScfMainSheet {
  readonly #controls = new Map<string, ScfControl>();
  #fields: Map<MainField, number> | null = null;
  #frameworks: FrameworkColumn[] = [];
  #links: { kind: 'risk' | 'threat'; id: string; column: number }[] = [];

  constructor(
    private readonly sheet: string,
    private readonly sources: ReadonlyMap<string, ScfSource>,
    private readonly warnings: ScfWarnings,
  ) {}

  async read(workbook: Workbook): Promise<{ controls: ScfControl[]; frameworks: ScfFramework[] }> {
    await workbook.eachRow(this.sheet, (row) => {
      if (this.#fields) this.#readControl(row, this.#fields);
      else if (row.number <= HEADER_WITHIN) this.#readHeader(row);
    });
    if (!this.#fields) {
      throw new InvalidInputError(
        `sheet “${this.sheet}” has no row with the headers “SCF #”, “SCF Control” and “Control Description”`,
      );
    }
    if (this.#controls.size === 0) {
      throw new InvalidInputError(`sheet “${this.sheet}” has no controls`);
    }
    const frameworks = this.#frameworks.map((column) => this.#framework(column));
    return {
      controls: [...this.#controls.values()],
      frameworks: frameworks.filter(({ requirements }) => requirements.length > 0),
    };
  }

  #readHeader(row: Row): void {
    const fields = new Map<MainField, number>();
    const rest: { header: string; column: number }[] = [];
    const links: { kind: 'risk' | 'threat'; id: string; column: number }[] = [];
    row.cells.forEach((cell, column) => {
      const header = normalised(cell?.text ?? '');
      if (header === '') return;
      const what = mainColumn(header);
      const isField = what.kind === 'field' && !fields.has(what.field);
      if (isField) fields.set(what.field, column);
      // A column listed in the sources sheet is a framework, whatever it looks like.
      else if (this.sources.has(looseKey(header))) rest.push({ header, column });
      else if (what.kind === 'risk' || what.kind === 'threat') links.push({ ...what, column });
      else if (what.kind !== 'passed_over') rest.push({ header, column });
    });
    if (!REQUIRED.every((field) => fields.has(field))) return;
    this.#fields = fields;
    this.#links = links;
    this.#takeFrameworks(rest, row.number);
  }

  /** Unlisted columns between frameworks are frameworks too. */
  #takeFrameworks(columns: readonly { header: string; column: number }[], row: number): void {
    const first = columns.find(({ header }) => this.sources.has(looseKey(header)))?.column;
    const slugs = new Set<string>();
    const seen = new Set<string>();
    for (const { header, column } of columns) {
      const source = this.sources.get(looseKey(header));
      if (!source && (first === undefined || column < first)) {
        this.warnings.add(this.sheet, `column “${header}” is unknown; not read`, row, column);
        continue;
      }
      if (!source) {
        const text = `“${header}” is not in the list of sources; its name is made from the header`;
        this.warnings.add(this.sheet, text, row, column);
      }
      let slug = slugOf(source?.fdi ?? header) || `column-${columnName(column).toLowerCase()}`;
      if (slugs.has(slug)) {
        const text = `a second column “${header}” of the same framework`;
        this.warnings.add(this.sheet, text, row, column);
        for (let next = 2; ; next += 1) {
          if (slugs.has(`${slug}-${next}`)) continue;
          slug = `${slug}-${next}`;
          break;
        }
      }
      slugs.add(slug);
      seen.add(looseKey(header));
      const { fdi = null, publisher = null, version = null, geography = null } = source ?? {};
      const name = source?.name ? named(source.name, header) : header;
      const facts = { slug, fdi, header, name, publisher, version, geography };
      const url = source?.url ?? null;
      const seenSoFar = { numericCells: 0, typedCells: 0, requirements: new Map() };
      this.#frameworks.push({ ...facts, url, column, isListed: !!source, ...seenSoFar });
    }
    for (const [key, { header }] of this.sources) {
      if (!seen.has(key)) {
        this.warnings.add(this.sheet, `there is no column for the listed source “${header}”`);
      }
    }
  }

  #readControl({ number, cells }: Row, fields: ReadonlyMap<MainField, number>): void {
    const text = (field: MainField) => cells[fields.get(field) ?? -1]?.text ?? '';
    const id = text('id').trim();
    if (id === '' && text('title').trim() === '') return;
    const problem = this.#problemOf(id, text('title'));
    if (problem) {
      this.warnings.add(this.sheet, `${problem}; the row is not read`, number, fields.get('id'));
      return;
    }
    const [risks, threats] = (['risk', 'threat'] as const).map((kind) =>
      this.#links
        .filter((link) => link.kind === kind && (cells[link.column]?.text ?? '').trim() !== '')
        .map((link) => link.id),
    );
    this.#controls.set(id, {
      id,
      domain: id.slice(0, 3),
      title: text('title'),
      description: text('description'),
      question: text('question'),
      weight: this.#weight(text('weight'), number, fields.get('weight')),
      pptdf: text('pptdf').trim() || null,
      cadence: text('cadence').trim() || null,
      csfFunction: text('function').trim() || null,
      evidenceRequests: idsIn(text('evidence')),
      objectives: [],
      risks: risks ?? [],
      threats: threats ?? [],
    });
    for (const framework of this.#frameworks) {
      const cell = cells[framework.column];
      if (cell) this.#readIds(framework, cell, id, number);
    }
  }

  #problemOf(id: string, title: string): string | null {
    if (!CONTROL_ID.test(id)) return `“${id.slice(0, 40)}” is not the number of a control`;
    if (this.#controls.has(id)) return `${id} occurs twice`;
    return title.trim() === '' ? `${id} has no title` : null;
  }

  #weight(text: string, row: number, column?: number): number | null {
    if (text.trim() === '') return null;
    const weight = Number(text);
    if (Number.isInteger(weight) && weight >= 1 && weight <= 10) return weight;
    this.warnings.add(
      this.sheet,
      `“${text.slice(0, 40)}” is not a weight from 1 to 10`,
      row,
      column,
    );
    return null;
  }

  #readIds(framework: FrameworkColumn, cell: Cell, controlId: string, row: number): void {
    if (cell.numeric) framework.numericCells += 1;
    if (!cell.formula) framework.typedCells += 1;
    for (const id of idsIn(cell.text)) {
      if (id.length > MAX_ID) {
        const text = `an id of ${id.length} characters; not read`;
        this.warnings.add(this.sheet, text, row, framework.column);
        continue;
      }
      const controls = framework.requirements.get(id) ?? new Set<string>();
      framework.requirements.set(id, controls.add(controlId));
    }
  }

  #framework({ requirements, column, isListed, typedCells, ...facts }: FrameworkColumn) {
    const ids = [...requirements.keys()].sort(naturally.compare);
    const warn = (text: string) =>
      this.warnings.add(this.sheet, `${facts.header}: ${text}`, null, column);
    if (ids.every((id) => /^x$/i.test(id))) {
      if (ids.length > 0)
        warn('its cells have “x” instead of requirements; not read as a framework');
      return { ...facts, requirements: [], zerosLost: false };
    }
    if (!isListed && typedCells === 0 && ids.length > 0) {
      warn('its cells are formulas, a summary of other columns; not read as a framework');
      return { ...facts, requirements: [], zerosLost: false };
    }
    const zerosLost = hasLostZeros(ids, facts.numericCells);
    if (zerosLost)
      warn('x.10, x.20 and x.30 are missing throughout: Excel has lost their last zero');
    else if (facts.numericCells > 0) {
      const cells =
        facts.numericCells === 1
          ? '1 cell was a number'
          : `${facts.numericCells} cells were numbers`;
      warn(`${cells}; a zero at the end may be lost`);
    }
    const rows = ids.map((id) => ({ id, controls: [...(requirements.get(id) ?? [])] }));
    return { ...facts, requirements: rows, zerosLost };
  }
}

const naturally = new Intl.Collator('en', { numeric: true });

/** Several columns may share a document's name, such as its levels; the header distinguishes them. */
function named(name: string, header: string): string {
  return looseKey(name) === looseKey(header) ? normalised(name) : `${header}: ${normalised(name)}`;
}
