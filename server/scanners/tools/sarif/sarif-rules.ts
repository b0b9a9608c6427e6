import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import type { Result, Rule, Run } from './sarif-schema.js';

/** Finds the rule of a result: in the driver or an extension, by index or by id. */
export function createRuleFinder(run: Run): (result: Result) => Rule | null {
  const driver = run.tool?.driver;
  const extensions = run.tool?.extensions ?? [];
  const byId = new Map<string, Rule>();
  for (const component of [...extensions].reverse().concat(driver ? [driver] : [])) {
    for (const rule of component.rules ?? []) if (rule.id !== '') byId.set(rule.id, rule);
  }
  return (result) => {
    const id = result.ruleId || result.rule.id;
    const { toolComponent } = result.rule;
    const component =
      typeof toolComponent.index === 'number' && toolComponent.index >= 0
        ? extensions[toolComponent.index]
        : (extensions.find((one) => toolComponent.name !== '' && one.name === toolComponent.name) ??
          driver);
    const index = result.ruleIndex ?? result.rule.index ?? -1;
    const byIndex = index >= 0 ? component?.rules?.[index] : undefined;
    // An id may extend the rule's id: `CA1000/1`.
    if (byIndex && (id === '' || byIndex.id === id || id.startsWith(`${byIndex.id}/`)))
      return byIndex;
    for (let part = id; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('/')))) {
      const found = byId.get(part);
      if (found) return found;
    }
    return null;
  };
}

/** The verdict of a result's kind; `level: none` without a kind is not a fail either. */
export function verdictOf(result: Result): {
  verdict: Verdict;
  mutedVerdict: 'pass' | 'fail' | null;
} {
  const stated = kindVerdict(result);
  if (!isSuppressed(result)) return { verdict: stated, mutedVerdict: null };
  return { verdict: 'muted', mutedVerdict: stated === 'pass' || stated === 'fail' ? stated : null };
}

function kindVerdict({ kind, level }: Result): Verdict {
  switch (kind) {
    case '':
    case 'fail':
      return level === 'none' && kind === '' ? 'manual' : 'fail';
    case 'pass':
      return 'pass';
    case 'review':
    case 'informational':
      return 'manual';
    default:
      // `open`, `notApplicable` and unknown kinds.
      return 'not_evaluated';
  }
}

/** According to the standard: at least one suppression, and none under review or rejected. */
function isSuppressed({ suppressions }: Result): boolean {
  const list = suppressions ?? [];
  return list.length > 0 && list.every(({ status }) => status === '' || status === 'accepted');
}

const OF_LEVEL: Readonly<Record<string, Severity>> = {
  error: 'high',
  warning: 'medium',
  note: 'low',
  none: 'informational',
};

/** `security-severity` of the result or its rule, else the level of either; `warning` if there is none. */
export function severityOf(result: Result, rule: Rule | null): { severity: Severity; raw: string } {
  const stated =
    result.properties['security-severity'] || rule?.properties['security-severity'] || '';
  const score = Number.parseFloat(stated);
  if (stated !== '' && Number.isFinite(score)) {
    return { severity: ofScore(score), raw: `security-severity ${stated}` };
  }
  const level = result.level || rule?.defaultConfiguration.level || 'warning';
  return { severity: OF_LEVEL[level] ?? 'medium', raw: level };
}

function ofScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'informational';
}
