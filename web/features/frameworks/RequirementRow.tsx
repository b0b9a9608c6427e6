import { Group, Text } from '@mantine/core';
import type { RequirementState } from '../../../contract/compliance.js';
import { lapsedControlTexts } from '../../../contract/framework-words.js';
import { counted, percent } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { StatusRow, StatusRowsHeading } from '../../ui/StatusRow.js';
import { ControlChip } from '../controls/ControlChip.js';
import { StatusTag } from '../controls/StatusTag.js';
import { AttestationControl } from './AttestationControl.js';

export function SectionRow({ id, title, count }: { id: string; title: string; count: number }) {
  return (
    <StatusRowsHeading
      title={title.startsWith(id) ? title : `${id} ${title}`}
      count={counted(count, 'requirement')}
    />
  );
}

/** What people's answers and asked numbers contribute, and what expired evidence took back, a sentence each. */
function basisOf({ answer, numbers = [], controls }: RequirementState): string[] {
  const lines = numbers.map(({ title, why }) => `${title}. ${why}`);
  lines.push(...lapsedControlTexts(controls).map((text) => `${text}: the evidence has expired.`));
  if (answer) {
    const lacking = answer.unsupported ? ' without evidence: it counts as partial' : '';
    lines.push(`${answer.actor} answered “${answer.value}”${lacking}.`);
  }
  const lent = answer ? [] : controls.filter(({ because }) => because !== undefined);
  for (const because of new Set(lent.map((control) => control.because))) {
    const ids = lent.filter((each) => each.because === because).map(({ id }) => id);
    lines.push(`${ids.join(', ')}: ${because}.`);
  }
  return lines;
}

interface RequirementRowProps {
  frameworkId: string;
  requirement: RequirementState;
}

/** One requirement with its status, its controls and its attestation. */
export function RequirementRow({ frameworkId, requirement }: RequirementRowProps) {
  const { id, title, status, controls, movesTo, passing } = requirement;
  return (
    <StatusRow
      label={`${id} ${title}`}
      status={
        requirement.counted === false ? (
          <Text size="xs" c="dimmed">
            Not an obligation of yours
          </Text>
        ) : (
          <StatusTag status={status} />
        )
      }
      aside={<AttestationControl frameworkId={frameworkId} requirement={requirement} />}
    >
      <TextLink
        to="/frameworks/$frameworkId/requirements/$requirementId"
        params={{ frameworkId, requirementId: id }}
        size="sm"
      >
        <strong className="tabular">{id}</strong> {title !== id && title}
      </TextLink>
      {movesTo && (
        <Text size="xs" c="dimmed">
          In the newer edition: {movesTo.join(', ')}
        </Text>
      )}
      {typeof passing === 'number' && (
        <Text size="xs" c="dimmed" className="tabular">
          {percent(passing)} of results passing
        </Text>
      )}
      <Group gap={6} mt={6}>
        {controls.map((control) => (
          <ControlChip key={control.id} control={control} />
        ))}
        {controls.length === 0 && (
          <Text size="xs" c="dimmed">
            No control is mapped to it.
          </Text>
        )}
      </Group>
      {basisOf(requirement).map((line) => (
        <Text key={line} size="xs" c="dimmed" mt={4}>
          {line}
        </Text>
      ))}
    </StatusRow>
  );
}
