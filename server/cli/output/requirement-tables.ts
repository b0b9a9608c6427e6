import type { RequirementStatus, RequirementWhy } from '../../../contract/compliance.js';
import { RELATION_WORDS, regionNoteText } from '../../../contract/compliance.js';
import { besideText } from '../../../contract/framework-words.js';
import { attributionLines } from './attribution-lines.js';
import { statusCell } from './posture-tables.js';
import { bold, count, cyan, dim, green, number, red, yellow } from './style.js';
import { labelled, wrap } from './wrap.js';

/** Of labelled text. */
const INDENT = 9;
const PAINT: Record<RequirementStatus, (text: string) => string> = {
  ...{ satisfied: green, partial: yellow, failing: red },
  ...{ not_assessed: dim, not_applicable: dim },
};

/** Why a requirement has its status: its controls, failing checks, statements, evidence, history. */
export function requirementText(found: RequirementWhy, room: number): string {
  const { framework, id, title, status, why, scoped, regions, attributions } = found;
  const name = title === id ? '' : ` ${bold(title)}`;
  return [
    `${cyan(`${framework.name} ${id}`)}${name}`,
    ...paragraph(`${PAINT[status](status.replace('_', ' '))}: ${why}`, room),
    ...[besideText(found)].filter(Boolean).map((text) => dim(`${text}.`)),
    ...(scoped ? [dim('Only the accounts in the framework’s scope count.')] : []),
    ...regions.map((note) => labelled('  ', regionNoteText(note), room)),
    ...part('What would change it', stepLines(found, room)),
    ...part('Controls', controlLines(found, room)),
    ...part('Failing checks', checkLines(found, room)),
    ...part('Answers and attestations', statementLines(found, room)),
    ...part('Evidence', evidenceLines(found, room)),
    ...part('Changes of status', historyLines(found, room)),
    ...attributionLines(
      attributions.map((attribution) => ({ attribution })),
      room,
    ),
  ].join('\n');
}

function part(title: string, lines: readonly string[]): string[] {
  return ['', bold(title), ...lines];
}

function paragraph(text: string, room: number): string[] {
  return wrap(text, room);
}

function stepLines({ steps }: RequirementWhy, room: number): string[] {
  if (steps.length === 0) return ['Nothing is missing. Any open fail would lower it.'];
  return steps.map(({ controlId, texts, gain }) =>
    labelled(
      `+${gain.toFixed(2)}`.padEnd(INDENT),
      `${controlId ?? 'Requirement'}: ${texts.join(' ')}`,
      room,
    ),
  );
}

function controlLines({ controls, numbers = [] }: RequirementWhy, room: number): string[] {
  const asked = numbers.map(({ title, why }) => labelled('  ', `${title}: ${why}`, room));
  if (controls.length === 0) return ['No control is mapped to it.', ...asked];
  const listed = controls.flatMap(
    ({ id, title, relation, status, countsAs, because, openFindings, reason }) => {
      const state = statusCell(countsAs ?? status);
      const facts = [
        state.paint(state.text),
        RELATION_WORDS[relation],
        ...(openFindings > 0 ? [red(count(openFindings, 'finding'))] : []),
      ];
      const basis = because ? ` It counts as ${countsAs?.replace('_', ' ')} ${because}.` : '';
      return [
        labelled('  ', `${cyan(id)} ${title}`, room),
        labelled(' '.repeat(INDENT), `${facts.join(' · ')}. ${reason}${basis}`, room),
      ];
    },
  );
  return [...listed, ...asked];
}

function checkLines({ findings, framework }: RequirementWhy, room: number): string[] {
  const { checks, checksTotal, total } = findings;
  if (total === 0) return ['No finding lowers it.'];
  const listed = checks.flatMap(({ checkId, severity, findings: fails, controls, worst }) => {
    const resources = [
      ...worst.map(({ resource }) => resource),
      ...(fails > worst.length && worst.length > 0 ? [`${number(fails - worst.length)} more`] : []),
    ];
    const lowers = controls.length > 0 ? ` · lowers ${controls.join(', ')}` : '';
    return [
      labelled('  ', bold(checkId), room),
      labelled(
        ' '.repeat(INDENT),
        `${severity} · ${red(count(fails, 'finding'))}${lowers}${resources.length > 0 ? `: ${resources.join(', ')}` : ''}`,
        room,
      ),
    ];
  });
  const rest = checksTotal > checks.length ? `, of which ${number(checks.length)} are shown` : '';
  return [
    ...listed,
    ...paragraph(`${count(total, 'finding')} of ${count(checksTotal, 'check')}${rest}.`, room),
    dim(`See them: cspm findings --control <control> --framework ${framework.id}`),
  ];
}

function statementLines(found: RequirementWhy, room: number): string[] {
  const { attestation, attestationNeeded, outdatedAttestation, answer, decisions } = found;
  const lines = decisions.map(
    ({ controlId, kind, status, actor, justification, expiresAt }) =>
      `${controlId} ${[kind, status].filter(Boolean).join(': ').replaceAll('_', ' ')} by ${actor}${until(expiresAt)}: ${justification}`,
  );
  if (answer) {
    const weak = answer.unsupported ? ', without explanation or evidence: partial at most' : '';
    lines.push(
      `Answered “${answer.value}” by ${answer.actor}${until(answer.expiresAt)}${weak}: ${answer.statement}`,
    );
  }
  if (attestation) {
    const { actor, statement, expiresAt } = attestation;
    lines.push(`Attested by ${actor}${until(expiresAt)}: ${statement}`);
  } else if (attestationNeeded) lines.push('It needs an attestation and has none.');
  if (outdatedAttestation) {
    lines.push(`Outdated attestation by ${outdatedAttestation.actor}: the requirement changed.`);
  }
  return lines.length > 0 ? lines.map((line) => labelled('  ', line, room)) : ['None.'];
}

function until(expiresAt: string | null): string {
  return expiresAt ? ` until ${expiresAt.slice(0, 10)}` : '';
}

function evidenceLines({ evidence }: RequirementWhy, room: number): string[] {
  if (!evidence) return ['The module evidence is unavailable.'];
  if (evidence.total === 0) return ['None.'];
  const lines = evidence.items.map(({ title, state, valid, expiresAt, id }) =>
    labelled(
      '  ',
      `${title} (${state.replace('_', ' ')}${valid ? '' : ', does not count now'}, until ${expiresAt.slice(0, 10)}) ${dim(id)}`,
      room,
    ),
  );
  const more = evidence.total - evidence.items.length;
  return more > 0 ? [...lines, dim(`and ${number(more)} more`)] : lines;
}

function historyLines({ history }: RequirementWhy, room: number): string[] {
  if (history.length === 0) return ['None.'];
  return history.map(({ at, controlId, from, to, cause, reason }) => {
    const move = `${from ? `${from} → ` : ''}${to}`.replaceAll('_', ' ');
    return labelled('  ', `${at.slice(0, 10)} ${controlId} ${move} (${cause}): ${reason}`, room);
  });
}
