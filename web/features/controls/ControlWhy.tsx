import { Alert, Button, Collapse, List, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, ChevronUp, TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import type { ControlDetail, ControlInput } from '../../../contract/compliance.js';
import { count, counted } from '../../ui/format.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { ControlInputs } from './ControlInputs.js';
import { ControlProof } from './ControlProof.js';
import { countedFindings } from './control-findings.js';
import { RegionNotes } from './RegionNotes.js';

/** Why the control has its status: the rule, its inputs, and what would change it. */
export function ControlWhy({ control }: { control: ControlDetail }) {
  const [opened, { toggle }] = useDisclosure(true);
  const id = useId();
  const { reason, explanation, openFindings } = control;
  const { rule, whatWouldChangeIt, inputs, inputsTotal, accountsWithoutEvidence } = explanation;
  const { related = [], relatedTotal = 0, relatedFindings = 0 } = explanation;
  return (
    <Section
      title="Why?"
      actions={
        <Button
          size="compact-sm"
          variant="subtle"
          aria-expanded={opened}
          aria-controls={id}
          onClick={toggle}
          rightSection={opened ? <ChevronUp size={16} /> : <ChevronDown size={16} />}
        >
          {opened ? 'Hide' : 'Show'}
        </Button>
      }
    >
      <Text fw={500}>{reason}</Text>
      <Collapse expanded={opened} id={id}>
        <Stack mt="sm">
          <Text size="sm">
            <Text span size="sm" c="dimmed">
              Rule:{' '}
            </Text>
            {rule}
          </Text>
          {explanation.scope && explanation.settings && (
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              Based on {counted(explanation.scope.total, 'account')}
              {explanation.scope.total > 0 && ` (${explanation.scope.accounts.join(', ')}`}
              {explanation.scope.total > explanation.scope.accounts.length && ' …'}
              {explanation.scope.total > 0 && ')'}; not implemented if{' '}
              {explanation.settings.failShare * 100} % of the weight or more fails. Evidence counts
              for {explanation.settings.evidenceDays} days, an answer for{' '}
              {explanation.settings.answerDays}.
            </Text>
          )}
          {accountsWithoutEvidence.length > 0 && (
            <Alert
              variant="outline"
              color="orange"
              icon={<TriangleAlert aria-hidden />}
              title={`No evidence from ${counted(accountsWithoutEvidence.length, 'account')}`}
              styles={{ title: { color: 'var(--mantine-color-text)' } }}
            >
              {accountsWithoutEvidence.join(', ')}
            </Alert>
          )}
          <RegionNotes notes={explanation.regions} />
          {whatWouldChangeIt.length > 0 && (
            <div>
              <Text size="sm" fw={600} mb={4}>
                What would change it
              </Text>
              <List size="sm" spacing={2}>
                {whatWouldChangeIt.map((sentence) => (
                  <List.Item key={sentence}>{sentence}</List.Item>
                ))}
              </List>
            </div>
          )}
          {explanation.proof && <ControlProof proof={explanation.proof} />}
          <ControlInputs inputs={inputs} total={inputsTotal} controlId={control.id} />
          {openFindings > 0 && (
            <div>
              <ButtonLink to="/findings" search={countedFindings({ controlId: control.id })}>
                {openFindings === 1
                  ? 'Show the finding that lowers it'
                  : `Show the ${count(openFindings)} findings that lower it`}
              </ButtonLink>
            </div>
          )}
          {relatedTotal > 0 && (
            <Related
              controlId={control.id}
              inputs={related}
              total={relatedTotal}
              findings={relatedFindings}
            />
          )}
        </Stack>
      </Collapse>
    </Section>
  );
}

interface RelatedProps {
  controlId: string;
  inputs: readonly ControlInput[];
  total: number;
  findings: number;
}

/** Checks that touch the control without testing a part of it. They are in no other count. */
function Related({ controlId, inputs, total, findings }: RelatedProps) {
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} component="h3" m={0}>
        Also related
      </Text>
      <Text size="sm" c="dimmed">
        These checks test something close to the control. They prove nothing about it, and their
        findings are not counted above.
      </Text>
      <ControlInputs inputs={inputs} total={total} controlId={controlId} related />
      {findings > 0 && (
        <div>
          <TextLink to="/findings" search={countedFindings({ controlId, related: true })} size="sm">
            Show the {counted(findings, 'related finding')}
          </TextLink>
        </div>
      )}
    </Stack>
  );
}
