import { Stack, Text } from '@mantine/core';
import type { RequirementWhy } from '../../../contract/compliance.js';
import { RELATION_WORDS } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { counted, words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { StatusRow } from '../../ui/StatusRow.js';
import { countedFindings } from '../controls/control-findings.js';
import { AssuranceTag, StatusTag } from '../controls/StatusTag.js';

type Control = RequirementWhy['controls'][number];

/** The controls that the requirement is judged by, each with its status and what it covers. */
export function RequirementControls({ requirement }: { requirement: RequirementWhy }) {
  const { controls, numbers = [], framework, scoped } = requirement;
  return (
    <Section title="Controls" help={<Explain word="relation" />}>
      <Stack gap={0}>
        {controls.length === 0 && (
          <Text size="sm" c="dimmed">
            No control is mapped to it: only a person can attest it.
          </Text>
        )}
        {controls.map((control) => (
          <ControlOfRequirement
            key={control.id}
            control={control}
            frameworkId={scoped ? framework.id : undefined}
          />
        ))}
        {numbers.map(({ parameter, title, status, why }) => (
          <StatusRow key={parameter} label={title} status={<StatusTag status={status} />}>
            <Text size="sm" fw={600}>
              {title}
            </Text>
            <Text size="sm" c="dimmed">
              {why}
            </Text>
          </StatusRow>
        ))}
      </Stack>
    </Section>
  );
}

interface ControlOfRequirementProps {
  control: Control;
  /** Of a framework with a scope. */
  frameworkId: string | undefined;
}

function ControlOfRequirement({ control, frameworkId }: ControlOfRequirementProps) {
  const { id, title, status, countsAs, because, relation, kind, assurance, reason } = control;
  const { openFindings } = control;
  return (
    <StatusRow
      label={`${id} ${title}`}
      status={<StatusTag status={countsAs ?? status} />}
      aside={assurance === 'none' ? null : <AssuranceTag assurance={assurance} />}
    >
      <TextLink to="/controls/$controlId" params={{ controlId: id }} size="sm" fw={600}>
        {id} {title}
      </TextLink>
      <Text size="xs" c="dimmed">
        {words(RELATION_WORDS[relation])}
        {kind && ` · ${kind}`}
        {openFindings > 0 && (
          <>
            {' · '}
            <TextLink
              to="/findings"
              search={countedFindings({ controlId: id, frameworkId })}
              inherit
              underline="always"
            >
              {counted(openFindings, 'finding')}
            </TextLink>
          </>
        )}
      </Text>
      <Text size="sm" mt={2} style={{ overflowWrap: 'anywhere' }}>
        {reason}
        {because && ` It counts as ${words(countsAs ?? status).toLowerCase()} ${because}.`}
      </Text>
    </StatusRow>
  );
}
