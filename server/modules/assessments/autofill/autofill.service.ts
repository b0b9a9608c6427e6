import type { z } from 'zod';
import type { AutofillProposal, previewAutofill } from '../../../../contract/assessments.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { AppError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { StoredAnswer } from '../answers/answer.js';
import { type AnswersRepository, answerId } from '../answers/answers.repository.js';
import { historyOf } from '../answers/answers.service.js';
import type { AssessmentReader, Loaded } from '../assessments/assessment-reader.js';
import type { AssessmentsRepository } from '../assessments/assessments.repository.js';
import { type AssessmentsService, begunBy, leaseOf } from '../assessments/assessments.service.js';
import { ControlMappingEngine, type Statement } from '../mapping/control-mapping-engine.js';
import type { MappingParts } from '../mapping/statements.service.js';
import type { FormQuestion } from '../questionnaires/form.rules.js';
import { AUTOFILL, proposalsOf } from './autofill.rules.js';

export interface AutofillDeps {
  mapping: MappingParts;
  platform: Pick<Platform, 'audit' | 'clock' | 'leases' | 'log'>;
  repository: AssessmentsRepository;
  answers: AnswersRepository;
  reader: AssessmentReader;
  assessments: AssessmentsService;
}

type Proposals = z.input<typeof previewAutofill.result>;

/** Fills assessments with answers derived from scans, decisions and other assessments; running again changes nothing. */
export class AutofillService {
  constructor(private readonly deps: AutofillDeps) {}

  /** What autofill would do now. */
  async preview(actor: Actor, assessmentId: string): Promise<Proposals> {
    const { reader } = this.deps;
    const { statements } = this.deps.mapping;
    const loaded = await reader.load(actor, assessmentId);
    return counted(await this.#proposals(actor, loaded, await statements.known(actor)));
  }

  /** Runs autofill, applies the suggestions for the questions in `accept`, and returns the proposals. */
  async fill(
    actor: Actor,
    assessmentId: string,
    accept: readonly string[] = [],
  ): Promise<Proposals> {
    const known = await this.deps.mapping.statements.known(actor);
    const { proposals, written } = await this.#fill(actor, assessmentId, known, {
      accept: new Set(accept),
      by: actor.name,
    });
    if (written > 0) {
      await this.deps.platform.audit.record(actor, 'assessment.autofilled', assessmentId, {
        answers: written,
      });
    }
    return counted(proposals);
  }

  /** Fills every open assessment of the team. One that fails does not stop the others. */
  async fillAll(
    team: TeamScope,
    signal?: AbortSignal,
  ): Promise<{ assessments: number; answers: number }> {
    const { repository } = this.deps;
    const { statements } = this.deps.mapping;
    const { audit, log } = this.deps.platform;
    const open = await repository.open(team);
    const done = { assessments: open.length, answers: 0 };
    if (open.length === 0) return done;
    const known = await statements.known(team);
    for (const { id } of open) {
      signal?.throwIfAborted();
      try {
        const { written } = await this.#fill(team, id, known, { accept: new Set(), by: AUTOFILL });
        done.answers += written;
        const system = { teamId: team.teamId, userId: 'system' };
        if (written > 0)
          await audit.record(system, 'assessment.autofilled', id, { answers: written });
      } catch (error) {
        // Completed or deleted since the list was read.
        if (!(error instanceof AppError)) throw error;
        log.info({ err: error, assessmentId: id }, 'assessment autofill failed');
      }
    }
    return done;
  }

  #fill(
    team: TeamScope,
    assessmentId: string,
    known: (assessmentId: string) => Statement[],
    { accept, by }: { accept: ReadonlySet<string>; by: string },
  ): Promise<{ proposals: AutofillProposal[]; written: number }> {
    const { reader, answers, assessments } = this.deps;
    const { leases, clock } = this.deps.platform;
    return leases.hold(leaseOf(assessmentId), async () => {
      const loaded = await reader.loadOpen(team, assessmentId);
      const proposals = await this.#proposals(team, loaded, known);
      const { validityDays } = await assessments.settings(team);
      const now = clock.now();
      const until = new Date(now.getTime() + validityDays * 86_400_000).toISOString();
      const questions = new Map(loaded.form.questions.map((question) => [question.id, question]));
      const changed = proposals.flatMap((proposal) => {
        const question = questions.get(proposal.questionId);
        const accepted = proposal.action === 'suggest' && accept.has(proposal.questionId);
        if (!question || !(accepted || proposal.action === 'set' || proposal.action === 'clear'))
          return [];
        const times = { at: now.toISOString(), expiresAt: until, by: accepted ? by : AUTOFILL };
        return [this.#stored(team, loaded, question, proposal, times)];
      });
      await answers.put(team, changed);
      for (const answer of changed) loaded.answers.set(answer.questionId, answer);
      if (changed.length > 0) {
        const at = now.toISOString();
        await reader.rescore(team, loaded, {
          ...begunBy(loaded.assessment, by, at),
          updatedAt: at,
        });
      }
      return { proposals, written: changed.length };
    });
  }

  #stored(
    { teamId }: TeamScope,
    { assessment, answers }: Loaded,
    question: FormQuestion,
    { action, value, why, confidence, path }: AutofillProposal,
    times: Pick<StoredAnswer, 'at' | 'expiresAt' | 'by'>,
  ): StoredAnswer {
    const before = answers.get(question.id);
    const { kind, controls, attestation, frameworkId, requirementId } = question;
    return {
      id: answerId(assessment.id, question.id),
      teamId,
      assessmentId: assessment.id,
      questionId: question.id,
      title: question.title,
      subject: { kind, controls, attestation, frameworkId, requirementId },
      value: action === 'clear' ? null : value,
      explanation: why,
      evidence: [],
      owner: null,
      auto: true,
      confidence,
      path,
      ...times,
      history: before ? historyOf(before) : [],
      // A decision stays when the person who withdrew its answer may not decide.
      decidedAt: before?.decidedAt ?? null,
    };
  }

  async #proposals(
    team: TeamScope,
    { assessment, form, answers }: Loaded,
    known: (assessmentId: string) => Statement[],
  ): Promise<AutofillProposal[]> {
    const { settings, catalogues } = this.deps.mapping;
    const { clock } = this.deps.platform;
    const catalogue = await catalogues.of(team);
    const { autoSatisfyShare } = await settings.settings(team);
    const weightOf = (id: string) => catalogue.controls.get(id)?.weight ?? 5;
    const engine = new ControlMappingEngine({ weightOf, autoSatisfyShare });
    const facts = engine.facts(known(assessment.id));
    const before = assessment.previousId
      ? await this.deps.answers.ofAssessment(team, assessment.previousId)
      : new Map<string, StoredAnswer>();
    return proposalsOf(form, answers, { engine, facts, before, now: clock.now().toISOString() });
  }
}

function counted(items: AutofillProposal[]): Proposals {
  const of = (action: AutofillProposal['action']) =>
    items.filter((item) => item.action === action).length;
  return {
    items,
    counts: {
      set: of('set'),
      clear: of('clear'),
      suggest: of('suggest'),
      conflict: of('conflict'),
      kept: of('kept'),
    },
  };
}
