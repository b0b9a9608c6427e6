import { noteHidden } from '../../readers/report-reader.js';
import { withRef } from '../../rows/artifact-name.js';
import { checkIdOf, placeOf } from '../../rows/generic-row.js';
import type { Hidden, HiddenPart, ReportFacts } from '../../rows/report.js';
import { whole } from '../../rows/row-texts.js';
import type { createFileFinder } from './sarif-files.js';
import type { Notification, Run } from './sarif-schema.js';

/** What was scanned: the repository and its branch, else the run's category without the run id. */
export function accountOf(run: Run): string {
  const { repositoryUri = '', branch = '' } = run.versionControlProvenance?.[0] ?? {};
  if (repositoryUri !== '') return withRef(repositoryUri, branch);
  return run.automationDetails.id.split('/').slice(0, -1).join('/');
}

interface About {
  tool: string;
  fileOf: ReturnType<typeof createFileFinder>;
}

/** Records what a run looked at, and the errors that it states: each hides a file, a rule or the whole run. */
export function noteRun(run: Run, about: About, facts: ReportFacts & { executed: number }): void {
  const driver = run.tool?.driver;
  facts.toolVersion ??= driver?.semanticVersion || driver?.version || null;
  const what = driver?.name ?? 'a run';
  const place = placeOf(about.tool, 'code', accountOf(run));
  facts.places.push(place);
  if (Array.isArray(run.results)) facts.executed += 1;
  else {
    const why = 'it has no list of results, so it did not scan';
    noteHidden(facts, { what, why, part: place });
  }
  if ((run.externalPropertyFileReferences.results ?? []).length > 0) {
    noteHidden(facts, { what, why: 'it has results in other files', part: place });
  }
  for (const invocation of run.invocations ?? []) {
    const { executionSuccessful, exitCodeDescription } = invocation;
    const errors = [
      ...(invocation.toolExecutionNotifications ?? []),
      ...(invocation.toolConfigurationNotifications ?? []),
    ].filter(({ level }) => level === 'error');
    if (executionSuccessful === false) {
      facts.completed = false;
      const why = `the tool reports that it failed${exitCodeDescription ? `: ${exitCodeDescription}` : ''}`;
      noteHidden(facts, { what, why, part: place });
    }
    for (const error of errors) {
      for (const hidden of hiddenBy(error, { ...about, place })) noteHidden(facts, hidden);
    }
  }
}

function hiddenBy(
  { message, descriptor, associatedRule, locations }: Notification,
  { tool, fileOf, place }: About & { place: HiddenPart },
): Hidden[] {
  const why = message.text || message.markdown || descriptor.id || 'the tool reports an error';
  const rule = associatedRule.id === '' ? null : checkIdOf(`${tool}:${associatedRule.id}`);
  const ofRule = rule === null ? {} : { checkId: rule };
  const files = (locations ?? []).map((location) => fileOf({ locations: [location] }).name);
  const named = files.filter((file) => file !== '');
  if (named.length === 0) {
    return [{ what: rule ?? tool, why, part: { ...place, ...ofRule } }];
  }
  return named.map((file) => ({
    what: file,
    why,
    part: { ...place, ...ofRule, name: whole(file) },
  }));
}
