import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import { severityOfWord } from '../../rows/severity-words.js';
import { worstOf } from '../../rows/stated-verdicts.js';
import type { Result, Rule, RuleReference, Run } from './sarif-schema.js';

/** A result's rule, and the level that an override of the run's configuration gives it, else empty. */
export interface FoundRule {
  rule: Rule | null;
  overriddenLevel: string;
}

/** Finds the rule of a result in the driver or an extension, by index, GUID or id. */
export function createRuleFinder(run: Run): (result: Result) => FoundRule {
  const find = createReferenceFinder(run);
  const overrides = (run.invocations ?? []).map((invocation) =>
    (invocation.ruleConfigurationOverrides ?? []).map(({ descriptor, configuration }) => ({
      ...{ id: descriptor.id, rule: find(descriptor), level: configuration.level },
    })),
  );
  return (result) => {
    const { guid, toolComponent } = result.rule;
    const id = result.ruleId || result.rule.id;
    const index = result.ruleIndex ?? result.rule.index;
    const rule = find({ id, guid, index, toolComponent });
    const at = result.provenance.invocationIndex ?? -1;
    const override = (at < 0 ? overrides.flat() : (overrides[at] ?? [])).find((one) =>
      one.rule ? one.rule === rule : one.id !== '' && one.id === id,
    );
    return { rule, overriddenLevel: override?.level ?? '' };
  };
}

function createReferenceFinder(run: Run): (reference: RuleReference) => Rule | null {
  const driver = run.tool?.driver;
  const extensions = run.tool?.extensions ?? [];
  const components = [...(driver ? [driver] : []), ...extensions];
  const byId = new Map<string, Rule>();
  const byGuid = new Map<string, Rule>();
  for (const rule of components.flatMap((component) => component.rules ?? [])) {
    if (rule.id !== '' && !byId.has(rule.id)) byId.set(rule.id, rule);
    if (rule.guid !== '') byGuid.set(rule.guid.toLowerCase(), rule);
  }
  const stated = ({ index, guid, name }: RuleReference['toolComponent']) =>
    (typeof index === 'number' && index >= 0 ? extensions[index] : undefined) ??
    components.find((one) => guid !== '' && one.guid.toLowerCase() === guid.toLowerCase()) ??
    components.find((one) => name !== '' && one.name === name);
  return ({ id, guid, index, toolComponent }) => {
    const named = stated(toolComponent);
    const byIndex =
      typeof index === 'number' && index >= 0 ? (named ?? driver)?.rules?.[index] : undefined;
    // An id may extend the rule's id: `CA1000/1`.
    if (byIndex && (id === '' || byIndex.id === id || id.startsWith(`${byIndex.id}/`)))
      return byIndex;
    const ofGuid = byGuid.get(guid.toLowerCase());
    if (ofGuid) return ofGuid;
    for (let part = id; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('/')))) {
      const found = named?.rules?.find((rule) => rule.id === part) ?? byId.get(part);
      if (found) return found;
    }
    return null;
  };
}

/** The verdict of a result's kind and level; `level: none` without a kind is not a fail either. */
export function verdictOf(result: Result): {
  verdict: Verdict;
  mutedVerdict: 'pass' | 'fail' | null;
  contradiction?: string;
} {
  const { means: stated, ...more } = kindVerdict(result);
  if (!isSuppressed(result)) return { verdict: stated, mutedVerdict: null, ...more };
  const mutedVerdict = stated === 'pass' || stated === 'fail' ? stated : null;
  return { verdict: 'muted', mutedVerdict, ...more };
}

const BY_KIND: Readonly<Record<string, Verdict>> = {
  fail: 'fail',
  pass: 'pass',
  // A rule that does not apply has no verdict, but the tool did look: an observation.
  notapplicable: 'manual',
  review: 'manual',
  informational: 'manual',
};

/** According to the standard, only a fail has a level: another kind with one is contradictory. */
function kindVerdict(result: Result) {
  const [kind, level] = [result.kind.toLowerCase(), result.level.toLowerCase()];
  if (kind === '') return { means: (level === 'none' ? 'manual' : 'fail') as Verdict };
  // `open` and unknown kinds have no verdict.
  const byKind = { by: 'kind', word: result.kind, means: BY_KIND[kind] ?? 'not_evaluated' };
  // Tools give observations the level of a note.
  const isFail = level === 'error' || level === 'warning' || (level === 'note' && kind === 'pass');
  if (kind === 'fail') {
    const none = { by: 'level', word: result.level, means: 'manual' as const };
    return worstOf([byKind, ...(level === 'none' ? [none] : [])], 'fail');
  }
  const byLevel = { by: 'level', word: result.level, means: 'fail' as const };
  return worstOf([byKind, ...(isFail ? [byLevel] : [])], 'not_evaluated');
}

/** According to the standard: at least one suppression, and none under review or rejected. */
function isSuppressed({ suppressions }: Result): boolean {
  const list = suppressions ?? [];
  return list.length > 0 && list.every(({ status }) => status === '' || status === 'accepted');
}

/** `security-severity` of the result or its rule, else the level of either; `warning` if there is none. */
export function severityOf(
  result: Result,
  { rule, overriddenLevel }: FoundRule,
): { severity: Severity; raw: string } {
  const stated =
    result.properties['security-severity'] || rule?.properties['security-severity'] || '';
  const score = Number.parseFloat(stated);
  const ofStated = Number.isFinite(score) ? ofScore(score) : severityOfWord(stated);
  if (ofStated) return { severity: ofStated, raw: `security-severity ${stated}` };
  const level = result.level || overriddenLevel || rule?.defaultConfiguration.level || 'warning';
  return { severity: severityOfWord(level) ?? 'medium', raw: level };
}

function ofScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'informational';
}
