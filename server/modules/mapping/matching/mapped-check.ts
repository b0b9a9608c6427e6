/** The fields of a check that rules compare; empty means unknown. */
export interface MappedCheck {
  tool: string;
  provider: string;
  id: string;
  title: string;
  service: string;
  resourceType: string;
  categories: readonly string[];
}

/** In lower case; `ids` has the id also without the tool's name in front. */
export interface LowerCheck extends MappedCheck {
  ids: readonly string[];
}

/** Lower-cases a check for case-insensitive comparison. */
export function lower(check: MappedCheck): LowerCheck {
  // In formats of any tool, ids start with the tool's name, and tool names end with the format.
  const tool = check.tool.toLowerCase().replace(/-(?:sarif|ocsf)$/, '');
  const id = check.id.toLowerCase();
  return {
    tool,
    provider: check.provider.toLowerCase(),
    id,
    ids: tool !== '' && id.startsWith(`${tool}:`) ? [id, id.slice(tool.length + 1)] : [id],
    title: check.title.toLowerCase(),
    service: check.service.toLowerCase(),
    resourceType: check.resourceType.toLowerCase(),
    categories: check.categories.flatMap(categoryForms),
  };
}

/** `CWE-89`, `external/cwe/cwe-089` and `CWE-089: SQL Injection` are all `cwe-89` as well. */
function categoryForms(category: string): string[] {
  const form = category.toLowerCase();
  const number = /\bcwe[-_:/ ]?0*(\d{1,5})\b/.exec(form)?.[1];
  return number ? [form, `cwe-${number}`] : [form];
}

/** Prowler's ids begin with the service. */
export const firstWord = (id: string) => /^[a-z0-9]+/.exec(id)?.[0] ?? '';
