import type { FrameworkSummary, RequirementState } from './framework.js';

type Expired = NonNullable<FrameworkSummary['expired']>;

/** `Expired evidence of 3 controls takes 2.1 points off the score, in 9 requirements.` */
export function expiredText({ controls, points, requirements }: Expired): string {
  return `Expired evidence of ${counted(controls, 'control')} takes ${points.toFixed(1)} points off the score, in ${counted(requirements, 'requirement')}.`;
}

/** The same for an export, which states it when there is none too. */
export function expiryText({ expired }: Pick<FrameworkSummary, 'expired'>): string {
  return expired ? expiredText(expired) : 'No score is lost to expired evidence.';
}

/** The figures beside the status of a requirement; empty without results. */
export function besideText({
  passing,
  expiredPoints,
}: Pick<RequirementState, 'passing' | 'expiredPoints'>): string {
  const figures = [
    ...(typeof passing === 'number' ? [`${passing} % of the results pass`] : []),
    ...(expiredPoints === undefined
      ? []
      : [`expired evidence takes ${expiredPoints.toFixed(2)} points off the score`]),
  ];
  return figures.join('; ');
}

/** `IAC-06, CRY-09 were implemented until 2026-05-30`, one text for each day. */
export function lapsedControlTexts(
  controls: readonly { id: string; implementedUntil?: string | undefined }[],
): string[] {
  const byDay = new Map<string, string[]>();
  for (const { id, implementedUntil } of controls) {
    if (implementedUntil === undefined) continue;
    byDay.set(implementedUntil, [...(byDay.get(implementedUntil) ?? []), id]);
  }
  return [...byDay].map(
    ([day, ids]) => `${ids.join(', ')} ${ids.length > 1 ? 'were' : 'was'} implemented until ${day}`,
  );
}

/** The page of the web app that says why a requirement has its status. */
export function requirementPage(frameworkId: string, requirementId: string): string {
  return `/frameworks/${encodeURIComponent(frameworkId)}/requirements/${encodeURIComponent(requirementId)}`;
}

/** The command that prints the same. */
export function requirementCommand(frameworkId: string, requirementId: string): string {
  return `cspm frameworks why ${shellText(frameworkId)} ${shellText(requirementId)}`;
}

/** One argument of a command. */
function shellText(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
