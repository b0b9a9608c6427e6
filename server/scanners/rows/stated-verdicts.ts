import type { Severity } from '../../../contract/severity.js';
import { SEVERITIES } from '../../../contract/severity.js';
import type { Verdict } from '../../../contract/verdict.js';
import { short } from './row-texts.js';

/** One of the places in which a report states the verdict of a result, and its word there. */
export interface Statement<T = Verdict> {
  by: string;
  word: string;
  means: T;
}

/** The worst first: what is unknown or left to a person outweighs a pass. */
const VERDICTS: readonly Verdict[] = ['fail', 'error', 'not_evaluated', 'manual', 'muted', 'pass'];

/** Where statements disagree, the worst counts; `contradiction` quotes them for the import's note. */
export function worstOf(statements: readonly Statement[], otherwise: Verdict) {
  return worst(statements, VERDICTS, otherwise);
}

export function worstSeverityOf(statements: readonly Statement<Severity>[], otherwise: Severity) {
  return worst(statements, SEVERITIES, otherwise);
}

function worst<T>(
  statements: readonly Statement<T>[],
  order: readonly T[],
  otherwise: T,
): { means: T; contradiction?: string } {
  const [first] = statements;
  if (!first) return { means: otherwise };
  let least = first;
  let isContradictory = false;
  for (const statement of statements) {
    isContradictory ||= statement.means !== first.means;
    if (order.indexOf(statement.means) < order.indexOf(least.means)) least = statement;
  }
  return isContradictory
    ? { means: least.means, contradiction: contradictionOf(statements) }
    : { means: least.means };
}

const MAX_WORD = 40;

function contradictionOf(statements: readonly Pick<Statement, 'by' | 'word'>[]): string {
  const shown = statements.map(({ by, word }) => `${by} is ${short(word).slice(0, MAX_WORD)}`);
  return shown.slice(0, 4).join(', ');
}
