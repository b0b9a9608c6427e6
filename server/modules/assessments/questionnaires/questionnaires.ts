import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QuestionnaireSummary } from '../../../../contract/assessments.js';
import { packageRoot } from '../../../package-root.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { type Catalogue, readYaml } from '../../catalogue/index.js';
import {
  type Form,
  formByControls,
  formByItems,
  formByRequirements,
  summaryOfFramework,
  summaryOfItems,
} from './form.rules.js';
import { takenAttributions } from './form-attributions.js';
import {
  type FrameworkQuestionnaire,
  type ItemQuestionnaire,
  QuestionnaireFile,
} from './questionnaire-file.js';

type File = FrameworkQuestionnaire | ItemQuestionnaire;

const OF_FRAMEWORK = 'framework:';

/**
 * The ready questionnaires, and one for each active framework of a team. Ready ones do not need an active framework,
 * as their questions are about controls. Files are read on first use.
 */
export class Questionnaires {
  #files: readonly File[] | null = null;

  constructor(private readonly folder = join(packageRoot, 'catalogue/questionnaires')) {}

  list(catalogue: Catalogue, all: Catalogue = catalogue): QuestionnaireSummary[] {
    const ready = this.files.flatMap((file): QuestionnaireSummary[] => {
      if (!('framework' in file)) return [summaryOfItems(file)];
      const framework = all.frameworks.get(file.framework);
      return framework ? [summaryOfFramework(framework, file, 'controls')] : [];
    });
    const frameworks = [...catalogue.frameworks.values()].map((framework) =>
      summaryOfFramework(framework, { id: OF_FRAMEWORK + framework.id }, 'requirements'),
    );
    return [...ready, ...frameworks];
  }

  /** Throws InvalidInputError for an unknown questionnaire or level. */
  form(catalogue: Catalogue, id: string, level: number | null, all: Catalogue = catalogue): Form {
    const questionnaire = this.list(catalogue, all).find((each) => each.id === id);
    if (!questionnaire) {
      throw invalid('questionnaireId', 'unknown questionnaire, or its framework is not active');
    }
    const { levels } = questionnaire;
    if (level !== null && (levels === null || level > levels)) {
      throw invalid('level', levels === null ? 'it has no levels' : `it has ${levels} levels`);
    }
    const file = this.files.find((each) => each.id === id);
    if (file && !('framework' in file)) {
      const questions = formByItems(file, level);
      const used = new Set(questions.map(({ category }) => category));
      const categories = file.categories.filter((each) => used.has(each.id));
      const { groups } = file;
      return { questionnaire, level, questions, categories, ...(groups ? { groups } : {}) };
    }
    const framework = all.frameworks.get(questionnaire.framework ?? '');
    if (!framework) throw invalid('questionnaireId', 'its framework is not active');
    const questions = file
      ? formByControls(framework, catalogue)
      : formByRequirements(framework, catalogue);
    const used = new Set(questions.map(({ category }) => category));
    const categories = framework.sections.filter((section) => used.has(section.id));
    const form = { questionnaire, level, questions, categories };
    // Stored with the texts, so that importing another release changes neither.
    return { ...form, attributions: takenAttributions(form, all) };
  }

  get files(): readonly File[] {
    this.#files ??= readdirSync(this.folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => this.#read(name));
    return this.#files;
  }

  #read(name: string): File {
    const file = `questionnaires/${name}`;
    const read = QuestionnaireFile.safeParse(
      readYaml(file, readFileSync(join(this.folder, name), 'utf8')),
    );
    if (read.success) return read.data;
    const said = read.error.issues.slice(0, 5);
    throw new Error(`${file}: ${said.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
  }
}

function invalid(field: string, message: string): InvalidInputError {
  return new InvalidInputError(`body.${field}: ${message}`, {
    errors: [{ path: `body.${field}`, message }],
  });
}
