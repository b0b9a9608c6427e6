import { Alert, Button, Collapse, List, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, ChevronUp, TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import type { ControlDetail } from '../../../contract/compliance.js';
import { count, counted } from '../../ui/format.js';
import { ButtonLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { ControlInputs } from './ControlInputs.js';

/** Why the control has its status: the rule, its inputs, and what would change it. */
export function ControlWhy({ control }: { control: ControlDetail }) {
  const [opened, { toggle }] = useDisclosure(true);
  const id = useId();
  const { reason, explanation, openFindings } = control;
  const { rule, whatWouldChangeIt, inputs, inputsTotal, accountsWithoutEvidence } = explanation;
  const lowering = inputs.filter(({ fail }) => fail > 0).map(({ checkId }) => checkId);
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
          <ControlInputs inputs={inputs} total={inputsTotal} controlId={control.id} />
          {lowering.length > 0 && openFindings > 0 && (
            <div>
              <ButtonLink to="/findings" search={{ checkId: lowering }}>
                {openFindings === 1
                  ? 'Show the finding that lowers it'
                  : `Show the ${count(openFindings)} findings that lower it`}
              </ButtonLink>
            </div>
          )}
        </Stack>
      </Collapse>
    </Section>
  );
}
