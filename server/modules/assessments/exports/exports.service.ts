import { Readable } from 'node:stream';
import type { Actor } from '../../../platform/auth/actor.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { FileAnswer } from '../../../platform/http/file-answer.js';
import type { Platform } from '../../../platform/platform.js';
import type { Compliance } from '../../compliance/index.js';
import type { AnswersService } from '../answers/answers.service.js';
import type { AssessmentsService } from '../assessments/assessments.service.js';
import type { Report } from './report.js';

const TYPES = {
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** Assessments as documents. Writers are loaded on first use, as most processes need none. */
export class ExportsService {
  constructor(
    private readonly deps: {
      assessments: AssessmentsService;
      answers: AnswersService;
      posture: Compliance['posture'];
    } & Pick<Platform, 'audit' | 'teams'>,
  ) {}

  async export(actor: Actor, assessmentId: string, format: 'pdf' | 'xlsx'): Promise<FileAnswer> {
    const { assessments, answers, audit, teams } = this.deps;
    const assessment = await assessments.get(actor, assessmentId);
    const questions = await answers.all(actor, assessmentId);
    const team = (await teams.get(actor.teamId))?.name ?? actor.teamId;
    const framework = await this.#frameworkOf(actor, assessment.framework);
    const report = { team, assessment, questions, framework };
    const bytes = await (format === 'pdf' ? pdf(report) : workbook(report));
    await audit.record(actor, 'assessment.exported', assessmentId, { format });
    return {
      content: Readable.from([bytes]),
      contentType: TYPES[format],
      fileName: `${fileNameOf(assessment.name)}.${format}`,
      isRecorded: true,
    };
  }

  /** Null when the framework was removed after the assessment began. */
  async #frameworkOf(actor: Actor, id: string | null): Promise<Report['framework']> {
    if (id === null) return null;
    try {
      return (await this.deps.posture.figures(actor, id)).summary;
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }
}

async function pdf(report: Report): Promise<Uint8Array> {
  const { pdfOf } = await import('./pdf-report.js');
  return pdfOf(report);
}

async function workbook(report: Report): Promise<Uint8Array> {
  const { workbookOf } = await import('./workbook-report.js');
  return workbookOf(report);
}

function fileNameOf(name: string): string {
  const safe = name.replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ').replace(/\s+/g, ' ');
  return (
    [...safe]
      .slice(0, 100)
      .join('')
      .replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, '') || 'assessment'
  );
}
