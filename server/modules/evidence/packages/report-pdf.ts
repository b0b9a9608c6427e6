import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import type { EvidenceCoverage } from '../../../../contract/evidence-packages.js';
import {
  besideText,
  expiryText,
  requirementCommand,
} from '../../../../contract/framework-words.js';
import { decisionText } from './oscal/risks.js';
import { placeOf } from './package-files.js';
import { isLater, isOpen, type PackageState, regionTexts } from './package-state.js';

type Document = InstanceType<typeof PDFDocument>;

/**
 * The readable report of a package. The same state gives the same bytes: dates are those of the period. The built-in
 * fonts cover Western European letters; others become question marks.
 */
export async function reportPdf(state: PackageState, coverage: EvidenceCoverage): Promise<Buffer> {
  const { framework, from, to } = state;
  const document = new PDFDocument({
    size: 'A4',
    margin: 50,
    // Needed to number pages once their count is known.
    bufferPages: true,
    info: {
      Title: western(`${framework.name} evidence report`),
      Producer: 'OffloadSecurity',
      Creator: 'OffloadSecurity',
      CreationDate: new Date(to),
    },
  });
  const bytes = buffer(document);
  document.fontSize(20).text(western(`${framework.name} ${framework.version}`));
  document.fontSize(11).fillColor('#444').text('Audit evidence report').moveDown();
  facts(document, [
    ['Period', `${from.slice(0, 10)} to ${to.slice(0, 10)}`],
    ['Evaluated', evaluated(state)],
    ['Score at the end of the period', percent(state.atEnd?.score ?? null)],
    ['Score', percent(framework.score)],
    ['Ceiling (unknown as met)', percent(framework.ceiling)],
    ['Evaluated share', percent(framework.coverage)],
    ['Passing share of the results', percent(framework.passing ?? null)],
    ['Lost by age', expiryText(framework)],
    ['Share with valid evidence', percent(coverage.coverage)],
    ['Evidence items', String(state.items.length)],
  ]);
  const { requirements } = framework;
  heading(document, 'Requirements');
  facts(document, [
    ['Satisfied', String(requirements.satisfied)],
    ['Partial', String(requirements.partial)],
    ['Failing', String(requirements.failing)],
    ['Not assessed', String(requirements.notAssessed)],
    ['Not applicable', String(requirements.notApplicable)],
  ]);
  document.moveDown(0.5);
  const [first] = framework.requirementStates;
  if (first) {
    const example = `for ${first.id}: ${first.page} in the web app, or “${requirementCommand(framework.id, first.id)}”`;
    small(document, `Each has a page that says why it has its status, ${example}.`, 50);
    document.moveDown(0.5);
  }
  for (const requirement of framework.requirementStates) {
    const { id, title, status, counted } = requirement;
    const shown = counted === false ? 'not an obligation' : status.replaceAll('_', ' ');
    row(document, shown, `${id}  ${title}`);
    const besides = besideText(requirement);
    if (besides !== '') small(document, besides);
  }
  heading(document, 'Controls with open work');
  const open = state.controls.filter(isOpen);
  if (open.length === 0) row(document, '', 'No open work is known.');
  for (const { id, title, openFindings, decision } of open) {
    const what = openFindings > 0 ? `${openFindings} open` : (decision?.kind ?? 'open');
    row(document, what, `${id}  ${title}`);
  }
  const decided = state.controls.filter(({ decision }) => decision !== null);
  if (decided.length > 0) heading(document, 'Decisions by people');
  for (const { id, title, decision, contradicted } of decided) {
    row(document, decision?.kind.replaceAll('_', ' ') ?? '', `${id}  ${title}`);
    small(document, decisionText(decision));
    if (contradicted) small(document, 'The evidence disagrees with this decision.');
  }
  const expired = state.controls.filter((control) => control.expired !== undefined);
  if (expired.length > 0) heading(document, 'Controls with expired evidence');
  for (const { id, title, reason } of expired) {
    row(document, '', `${id}  ${title}`);
    small(document, reason);
  }
  const older = state.controls.filter(({ note }) => note !== undefined);
  if (older.length > 0) heading(document, 'Controls that rest on results outside this package');
  for (const { id, title, note = '' } of older) {
    row(document, '', `${id}  ${title}`);
    small(document, note);
  }
  const regions = regionTexts(state);
  if (regions.length > 0) heading(document, 'Regions of the accounts');
  for (const text of regions) row(document, '', text);
  heading(document, 'Evidence');
  if (state.items.length === 0) row(document, '', 'There is no evidence in this period.');
  for (const item of state.items) {
    together(document);
    row(document, item.state.replaceAll('_', ' '), item.title);
    const own = item.reviews.findLast(({ action }) => action === 'approved')?.ownWork;
    const until = `collected ${item.collectedAt.slice(0, 10)}, until ${item.expiresAt.slice(0, 10)}`;
    const review = item.state === 'approved' && own ? ', approved by its uploader' : '';
    small(document, `${until}${review}`);
    const supports = [...item.controlIds, ...item.requirements];
    if (supports.length > 0) small(document, `Supports ${supports.join(', ')}`);
    small(document, placeOf(item));
    small(document, `SHA-256 ${item.revisions.at(-1)?.sha256 ?? ''}`);
    document.moveDown(0.6);
  }
  if (framework.attributions.length > 0) heading(document, 'Third-party texts');
  for (const attribution of framework.attributions) row(document, '', attribution);
  numberPages(document, `${framework.name} evidence report`);
  document.end();
  return bytes;
}

function numberPages(document: Document, title: string): void {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    document.switchToPage(page);
    // Text below the margin would start another page.
    document.page.margins.bottom = 0;
    const text = western(`${title}, page ${page + 1} of ${count}`);
    document.fontSize(8).fillColor('#555').text(text, 50, 805, { width: 495, align: 'right' });
  }
}

/** Starts a page if the next block would be split. */
function together(document: Document): void {
  if (document.y > 730) document.addPage();
}

function evaluated(state: PackageState): string {
  const { evaluatedAt } = state.framework;
  if (evaluatedAt === null) return 'never';
  return isLater(state) ? `${evaluatedAt}, after the end of the period` : evaluatedAt;
}

function heading(document: Document, text: string): void {
  document.moveDown();
  together(document);
  document.fontSize(14).fillColor('#000').text(text, 50).moveDown(0.3);
}

function facts(document: Document, list: readonly (readonly [string, string])[]): void {
  for (const [name, value] of list) {
    document.fontSize(10).fillColor('#555').text(`${name}: `, 50, undefined, { continued: true });
    document.fillColor('#000').text(western(value));
  }
}

function row(document: Document, status: string, text: string): void {
  if (document.y > 780) document.addPage();
  const y = document.y;
  document.fontSize(9).fillColor('#555').text(western(status), 50, y, { width: 80 });
  document.fillColor('#000').text(western(text), 135, y, { width: 410 });
}

function small(document: Document, text: string, left = 135): void {
  const width = 545 - left;
  document.fontSize(7.5).fillColor('#555').text(western(text), left, undefined, { width });
}

function percent(value: number | null): string {
  return value === null ? 'none' : `${value} %`;
}

function western(text: string): string {
  return text
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[–—]/g, '-')
    .replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
}
