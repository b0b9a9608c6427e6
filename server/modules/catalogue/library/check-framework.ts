import { plainIssue } from '../../../../contract/plain-issue.js';
import {
  CustomFramework,
  type FrameworkDraft,
  LIMITS,
  type RequirementDraft,
} from './custom-file.js';
import { type FileProblem, MAX_PROBLEMS } from './file-problems.js';

/** The section of requirements without one. */
const NO_SECTION = 'Requirements';

export interface CheckedFramework {
  /** Null when something is wrong. */
  framework: CustomFramework | null;
  problems: FileProblem[];
}

/** Checks a framework from a file: limits, unique ids, known controls, no false pass. */
export function checkFramework(
  draft: FrameworkDraft,
  hasControl: (controlId: string) => boolean,
  hasNumber: (parameter: string) => boolean,
): CheckedFramework {
  const problems: FileProblem[] = [];
  const requirements = draft.requirements.map((each) => ({
    ...each,
    id: trimmed(each.id),
    section: trimmed(each.section) ?? NO_SECTION,
    title: trimmed(each.title),
    attestation: each.attestation ?? !holds(each),
  }));
  if (requirements.length === 0) problems.push({ at: 'file', message: 'has no requirements' });
  const titles = new Map(
    draft.sections.map(({ id, title }) => [trimmed(id), trimmed(title) ?? trimmed(id)]),
  );
  const used = [...new Set(requirements.map(({ section }) => section))];
  const candidate = {
    ...draft.head,
    version:
      typeof draft.head.version === 'number' ? String(draft.head.version) : draft.head.version,
    publisher: draft.head.publisher ?? undefined,
    about: draft.head.about ?? undefined,
    sections: used.map((id) => ({ id, title: titles.get(id) ?? id })),
    requirements,
  };
  const parsed = CustomFramework.safeParse(candidate, { error: plainIssue });
  for (const { path, message } of parsed.error?.issues ?? []) {
    // A file without requirements is reported above.
    if (path.length === 1 && path[0] === 'requirements' && requirements.length === 0) continue;
    problems.push(problemOf(path, message, draft.requirements));
  }
  const places = new Map<unknown, string>();
  for (const each of requirements) {
    const before = places.get(each.id);
    if (before) problems.push({ at: each.at, message: `has the id of ${before}` });
    else places.set(each.id, each.at);
    problems.push(...edgeProblems(each, hasControl), ...numberProblems(each, hasNumber));
  }
  const framework = problems.length === 0 && parsed.success ? parsed.data : null;
  return { framework, problems: problems.slice(0, MAX_PROBLEMS) };
}

function edgeProblems(
  { at, attestation, controls }: RequirementDraft,
  hasControl: (controlId: string) => boolean,
): FileProblem[] {
  const problems: FileProblem[] = [];
  const seen = new Set<unknown>();
  for (const { controlId } of controls.slice(0, LIMITS.edges)) {
    if (typeof controlId !== 'string') continue;
    if (seen.has(controlId)) {
      problems.push({ at: `${at}, controls`, message: `names ${controlId.slice(0, 40)} twice` });
    } else if (!hasControl(controlId)) {
      const message = `there is no control ${controlId.slice(0, 40)}`;
      problems.push({ at: `${at}, controls`, message });
    }
    seen.add(controlId);
  }
  if (attestation === false && !isCovered({ controls })) {
    const message =
      controls.length === 0
        ? 'must be yes, or left out: without controls only a person can attest the requirement'
        : 'must be yes, or left out: no control is equal to the requirement or has it as a subset';
    problems.push({ at: `${at}, attestation`, message });
  }
  return problems;
}

function numberProblems(
  { at, parameter }: RequirementDraft,
  hasNumber: (parameter: string) => boolean,
): FileProblem[] {
  if (typeof parameter !== 'object' || parameter === null) return [];
  const unknown = Object.keys(parameter).find((name) => !hasNumber(name));
  if (unknown === undefined) return [];
  return [{ at: `${at}, numbers`, message: `there is no number ${unknown.slice(0, 40)}` }];
}

/** Whether a control covers the whole requirement. */
function holds({ controls }: Pick<RequirementDraft, 'controls'>): boolean {
  return controls.some(({ relation }) => relation === 'equal' || relation === 'subset');
}

/** Whether its controls may cover it without an attestation; only the author knows whether parts add up to the whole. */
function isCovered({ controls }: Pick<RequirementDraft, 'controls'>): boolean {
  return (
    holds({ controls }) || controls.filter(({ relation }) => relation === 'superset').length >= 2
  );
}

function trimmed(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return value ?? undefined;
  return value.trim() || undefined;
}

function problemOf(
  path: readonly PropertyKey[],
  message: string,
  requirements: readonly RequirementDraft[],
): FileProblem {
  const [part, i, field, edge] = path;
  if (part !== 'requirements') return { at: path.map(String).join('.') || 'file', message };
  if (typeof i !== 'number') return { at: 'file', message };
  const at = requirements[i]?.at ?? `requirements[${i}]`;
  if (field === undefined) return { at, message };
  if (typeof edge !== 'number') return { at: `${at}, ${String(field)}`, message };
  // In a cell with several controls: which one, and the problem with its relation.
  const control = String(requirements[i]?.controls[edge]?.controlId ?? '').slice(0, 40);
  return { at: `${at}, controls`, message: `${control}: the relation ${message}` };
}
