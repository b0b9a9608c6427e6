import { type CheckPattern, patternsOf } from './check-pattern.js';
import type { RulesFile } from './mapping-file.js';

/** Rejects entries that are never reached because an earlier one matches everything that they match. */
export function rejectUnreachable(file: string, rules: RulesFile['rules']): void {
  const exact = new Map<string, CheckPattern>();
  const wild: CheckPattern[] = [];
  rules.forEach((rule, at) => {
    const own = { exact: new Map<string, CheckPattern>(), wild: [] as CheckPattern[] };
    for (const pattern of patternsOf(rule.checks) ?? []) {
      const key = pattern.text.toLowerCase();
      const shadowing =
        exact.get(key) ??
        own.exact.get(key) ??
        [...wild, ...own.wild].find((earlier) => earlier.covers(pattern));
      if (shadowing) {
        throw new Error(
          `${file}: rules[${at}] (${pattern.text}) is never reached: ${shadowing.text} comes before it`,
        );
      }
      if (pattern.isExact) own.exact.set(key, pattern);
      else own.wild.push(pattern);
    }
    const { services, categories, resourceTypes, titles } = rule;
    if (services ?? categories ?? resourceTypes ?? titles) return;
    for (const [key, pattern] of own.exact) exact.set(key, pattern);
    wild.push(...own.wild);
  });
}
