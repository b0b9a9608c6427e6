import PDFDocument from 'pdfkit';
import { broadScores } from '../../../../contract/answer-words.js';
import type { AssessmentQuestion, AssessmentScore } from '../../../../contract/assessments.js';
import { latinOf } from './latin-text.js';
import type { Report } from './report.js';
import {
  answerWord,
  besideScore,
  day,
  evidenceText,
  maturityText,
  pathText,
  percent,
  sourceOf,
} from './report-words.js';

const INK = '#1a1f2b';
const QUIET = '#5a6372';
const LINE = '#d5dae2';
const MARGIN = 56;
const TONES: Record<string, string> = {
  yes: '#1b7a3d',
  partially: '#8a5a00',
  no: '#b3261e',
  unanswered: QUIET,
};

/** The assessment as a PDF; the same bytes for the same assessment. */
export function pdfOf(report: Report): Promise<Uint8Array> {
  return new Page(report).write();
}

class Page {
  readonly #doc: PDFKit.PDFDocument;
  #isWhole = true;

  constructor(private readonly report: Report) {
    const { assessment } = report;
    this.#doc = new PDFDocument({
      size: 'A4',
      margins: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN },
      bufferPages: true,
      info: {
        Title: this.#latin(assessment.name),
        Author: this.#latin(report.team),
        // The state's own time, so that the bytes depend on nothing else.
        CreationDate: new Date(assessment.updatedAt),
        ModDate: new Date(assessment.updatedAt),
      },
    });
  }

  write(): Promise<Uint8Array> {
    const doc = this.#doc;
    const done = new Promise<Uint8Array>((resolve, reject) => {
      const chunks: Buffer[] = [];
      doc.on('data', (chunk: Buffer) => chunks.push(chunk));
      doc.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
      doc.on('error', reject);
    });
    this.#cover();
    this.#categories();
    this.#answers();
    if (!this.#isWhole) this.#note();
    this.#numberPages();
    doc.end();
    return done;
  }

  #cover(): void {
    const { assessment, team } = this.report;
    const { score } = assessment;
    const doc = this.#doc;
    doc.y = 150;
    this.#text('Assessment', 11, QUIET);
    this.#text(assessment.name, 24, INK, 'Helvetica-Bold');
    doc.moveDown(0.5);
    this.#text(assessment.questionnaireName, 13, QUIET);
    doc.moveDown(2);
    this.#heading('Scope');
    this.#fact('Team', team);
    this.#fact('Questionnaire', assessment.questionnaireName);
    if (assessment.level !== null) this.#fact('Level', `${assessment.level} and below`);
    const { length } = assessment.categories;
    const categories = length === 1 ? 'category' : 'categories';
    this.#fact('Questions', `${score.questions} in ${length} ${categories}`);
    this.#fact('Status', assessment.status.replace('_', ' '));
    this.#fact('Assignee', assessment.assignee ?? '-');
    this.#fact('Due', day(assessment.dueAt));
    this.#fact('Completed', day(assessment.completedAt));
    this.#fact('State of', assessment.updatedAt);
    doc.moveDown(1.5);
    this.#heading('Result');
    this.#fact('Score', `${percent(score.floor)} (unanswered counted as not met)`);
    this.#fact('Ceiling', `${percent(score.ceiling)} (unanswered counted as met)`);
    this.#fact('Coverage', percent(score.coverage));
    this.#fact('Maturity', maturityText(score, assessment.maturityOf));
    this.#fact(
      'Answered',
      `${score.answered} of ${score.questions}, ${score.auto} of them filled in automatically`,
    );
    for (const [label, text] of besideScore(this.report)) this.#fact(label, text);
    doc.moveDown(2);
    for (const attribution of assessment.attributions) this.#text(attribution, 8.5, QUIET);
  }

  #categories(): void {
    const { assessment } = this.report;
    const doc = this.#doc;
    doc.addPage();
    this.#heading('Score per category');
    const row = (cells: readonly string[], font: string, color = INK) => {
      const [title = '', ...figures] = cells.map((cell) => this.#latin(cell));
      doc.font(font).fontSize(9);
      const height = doc.heightOfString(title, { width: 220 }) + 6;
      if (doc.y + height > doc.page.height - MARGIN) doc.addPage();
      const top = doc.y;
      doc.fillColor(color).text(title, MARGIN, top, { width: 220 });
      figures.forEach((figure, i) => {
        doc.text(figure, MARGIN + 226 + i * 64, top, {
          width: 58,
          align: 'right',
          lineBreak: false,
        });
      });
      doc.y = top + height;
      doc
        .moveTo(MARGIN, doc.y - 3)
        .lineTo(doc.page.width - MARGIN, doc.y - 3)
        .lineWidth(0.5)
        .strokeColor(LINE)
        .stroke();
      doc.x = MARGIN;
    };
    const line = (title: string, of: AssessmentScore, font: string) =>
      row(
        [
          title,
          percent(of.floor),
          percent(of.ceiling),
          `${of.answered}/${of.questions}`,
          maturityText(of, assessment.maturityOf),
        ],
        font,
      );
    row(['Category', 'Score', 'Ceiling', 'Answered', 'Maturity'], 'Helvetica-Bold', QUIET);
    for (const { id, title, score } of assessment.categories)
      line(`${id}  ${title}`, score, 'Helvetica');
    for (const { title, score } of broadScores(assessment)) line(title, score, 'Helvetica-Bold');
    line('Whole', assessment.score, 'Helvetica-Bold');
  }

  #answers(): void {
    const { assessment, questions } = this.report;
    for (const { id, title } of assessment.categories) {
      this.#doc.addPage();
      this.#heading(`${id}  ${title}`);
      for (const question of questions.filter(({ category }) => category === id))
        this.#question(question);
    }
  }

  #question({ title, id, answer, conflicts, controls, steps }: AssessmentQuestion): void {
    const doc = this.#doc;
    if (doc.y > doc.page.height - MARGIN - 80) doc.addPage();
    this.#text(title, 10.5, INK, 'Helvetica-Bold');
    const about =
      controls.length > 0 ? `  |  ${controls.map((control) => control.id).join(', ')}` : '';
    this.#text(`${id}${about}`, 8, QUIET);
    const word = answerWord(answer, steps);
    this.#text(
      word.charAt(0).toUpperCase() + word.slice(1),
      10,
      TONES[word] ?? QUIET,
      'Helvetica-Bold',
    );
    if (answer?.explanation) this.#text(answer.explanation, 9.5, INK);
    if (answer && answer.evidence.length > 0)
      this.#text(`Evidence: ${evidenceText(answer.evidence)}`, 8.5, QUIET);
    if (answer) {
      const owner = answer.owner ? `; owner ${answer.owner}` : '';
      this.#text(
        `Source: ${sourceOf(answer)}${owner}; valid until ${day(answer.expiresAt)}`,
        8.5,
        QUIET,
      );
    }
    if (answer && answer.path.length > 0) this.#text(`Path: ${pathText(answer)}`, 8.5, QUIET);
    for (const conflict of conflicts)
      this.#text(`Conflict: ${conflict.text}`, 8.5, TONES.no ?? INK);
    doc.moveDown(0.9);
  }

  #note(): void {
    this.#doc.moveDown(1);
    this.#text(
      'Characters missing in the font of this document are shown as question marks; the workbook has the full text.',
      8.5,
      QUIET,
    );
  }

  #numberPages(): void {
    const doc = this.#doc;
    const { start, count } = doc.bufferedPageRange();
    for (let i = 0; i < count; i += 1) {
      doc.switchToPage(start + i);
      // Below the margin, where text would otherwise start another page.
      doc.page.margins.bottom = 0;
      const label = `${this.#latin(this.report.assessment.name).slice(0, 80)}  |  page ${i + 1} of ${count}`;
      doc.font('Helvetica').fontSize(8).fillColor(QUIET);
      doc.text(label, MARGIN, doc.page.height - 36, {
        width: doc.page.width - 2 * MARGIN,
        align: 'center',
        lineBreak: false,
      });
    }
  }

  #heading(text: string): void {
    this.#text(text, 14, INK, 'Helvetica-Bold');
    this.#doc.moveDown(0.4);
  }

  #fact(label: string, value: string): void {
    const doc = this.#doc;
    const top = doc.y;
    doc.font('Helvetica').fontSize(10).fillColor(QUIET).text(label, MARGIN, top, { width: 100 });
    doc
      .fillColor(INK)
      .text(this.#latin(value), MARGIN + 110, top, { width: doc.page.width - 2 * MARGIN - 110 });
    doc.x = MARGIN;
    doc.y += 2;
  }

  #text(text: string, size: number, color: string, font = 'Helvetica'): void {
    this.#doc.font(font).fontSize(size).fillColor(color).text(this.#latin(text), MARGIN);
  }

  #latin(text: string): string {
    const shown = latinOf(text);
    this.#isWhole &&= shown.isWhole;
    return shown.text;
  }
}
