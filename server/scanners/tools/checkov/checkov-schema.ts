import { z } from 'zod';
import { part, text, texts } from '../../rows/lenient.js';
import { fingerprintOf } from '../../rows/row-texts.js';

const number = z.number().nullish().catch(null);
const list = z.unknown().optional();

/**
 * One check of one resource. Without members that contain lines of the scanned files: `code_block`,
 * `evaluations`, `fixed_definition`, `connected_node` and the resource itself in `check_result`.
 */
export const Result = part({
  check_id: text,
  check_name: text,
  check_class: text,
  check_result: part({ result: text, suppress_comment: text }),
  file_path: text,
  file_abs_path: text,
  file_line_range: z.array(number).nullish().catch(null),
  resource: text,
  code_block: z.unknown().transform(printOfCode).prefault(null),
  severity: text,
  bc_category: text,
  description: text,
  short_description: text,
  guideline: text,
});
export type Result = z.infer<typeof Result>;

/** Checkov's results of one framework (`terraform`, `kubernetes`, `secrets` …); only a summary if there was nothing to scan. */
export const Framework = z.object({
  check_type: text,
  /** The repository, where the run knew it: `acme/shop`, an address, or the folder that it is in. */
  repo_id: text,
  repo_url: text,
  repo_path: text,
  results: part({
    passed_checks: list,
    failed_checks: list,
    skipped_checks: list,
    unknown_checks: list,
    parsing_errors: texts,
  }),
  summary: part({ checkov_version: text, resource_count: number, failed: number }),
  checkov_version: text,
});
export type Framework = z.infer<typeof Framework>;

/** Of `[[7, "resource …"], …]`: the lines without their numbers. */
function printOfCode(value: unknown): string {
  if (!Array.isArray(value)) return '';
  const lines = value.map((line) => (Array.isArray(line) ? String(line[1] ?? '') : ''));
  return fingerprintOf(lines.join('\n'));
}
