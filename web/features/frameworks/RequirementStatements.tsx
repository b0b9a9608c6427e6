import { Stack, Text } from '@mantine/core';
import type { RequirementWhy } from '../../../contract/compliance.js';
import { day, words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { AttestationControl } from './AttestationControl.js';

/** What people stated: decisions on its controls, the answer to it, its attestation. */
export function RequirementStatements({ requirement }: { requirement: RequirementWhy }) {
  const { decisions, answer, attestation, outdatedAttestation, attestationNeeded } = requirement;
  const given = attestation ?? outdatedAttestation;
  const isEmpty = decisions.length === 0 && !answer && !given && !attestationNeeded;
  return (
    <Section title="Answers and attestations">
      <Stack gap="sm">
        {isEmpty && (
          <Text size="sm" c="dimmed">
            No person has answered for it or its controls.
          </Text>
        )}
        {answer && (
          <Statement
            what={`Answered “${words(answer.value).toLowerCase()}”`}
            by={answer.actor}
            at={answer.at}
            expiresAt={answer.expiresAt}
          >
            {answer.statement}
            {answer.unsupported && ' Without explanation or evidence: partial at most.'}
          </Statement>
        )}
        {given && <Text size="sm">“{given.statement}”</Text>}
        {(given || attestationNeeded) && (
          <div>
            <AttestationControl frameworkId={requirement.framework.id} requirement={requirement} />
          </div>
        )}
        {decisions.map(({ controlId, kind, status, actor, at, expiresAt, justification }) => (
          <Statement
            key={controlId}
            what={
              <>
                <TextLink to="/controls/$controlId" params={{ controlId }} inherit>
                  {controlId}
                </TextLink>{' '}
                {words(kind).toLowerCase()}
                {status && `: ${words(status).toLowerCase()}`}
              </>
            }
            by={actor}
            at={at}
            expiresAt={expiresAt}
          >
            {justification}
          </Statement>
        ))}
      </Stack>
    </Section>
  );
}

interface StatementProps {
  what: React.ReactNode;
  by: string;
  at: string;
  expiresAt: string | null;
  children: React.ReactNode;
}

function Statement({ what, by, at, expiresAt, children }: StatementProps) {
  return (
    <div>
      <Text size="sm" fw={600}>
        {what}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
      <Text size="xs" c="dimmed">
        {by}, {day(at)}
        {expiresAt && `, until ${day(expiresAt)}`}
      </Text>
    </div>
  );
}
