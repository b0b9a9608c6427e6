import { Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { BadgeCheck, Stamp, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { RequirementState } from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { glossary } from '../../app/glossary.js';
import { day } from '../../ui/format.js';
import { Tag } from '../../ui/Tag.js';
import { AttestDialog } from './AttestDialog.js';
import { WithdrawAttestationDialog } from './WithdrawAttestationDialog.js';

interface AttestationControlProps {
  frameworkId: string;
  requirement: RequirementState;
}

/** Whether someone attested, with buttons to attest and withdraw; nothing where no attestation is needed. */
export function AttestationControl({ frameworkId, requirement }: AttestationControlProps) {
  const [dialog, setDialog] = useState<'attest' | 'withdraw' | null>(null);
  const { may } = useAppState();
  const { id, attestation, outdatedAttestation, attestationNeeded, numbers } = requirement;
  const given = attestation ?? outdatedAttestation;
  const isNumberOpen = numbers?.some(({ status }) => status !== 'implemented') ?? false;
  if (!given && !attestationNeeded && !isNumberOpen) return null;
  const close = () => setDialog(null);
  const mayAttest = may('compliance:write');
  return (
    <Stack gap={6} align="flex-start">
      <Tooltip label={given ? `“${given.statement}”` : glossary.attestation}>
        <span>
          {attestation ? (
            <Tag tone="green" icon={BadgeCheck}>
              Attested until {day(attestation.expiresAt)}
            </Tag>
          ) : outdatedAttestation ? (
            <Tag tone="amber" icon={TriangleAlert}>
              Attestation outdated
            </Tag>
          ) : (
            <Tag tone="gray" icon={Stamp}>
              {attestationNeeded ? 'Needs attestation' : 'Needs a number'}
            </Tag>
          )}
        </span>
      </Tooltip>
      {given && (
        <Text size="xs" c="dimmed">
          by {given.actor}, {day(given.at)}
        </Text>
      )}
      {!attestation && outdatedAttestation && (
        <Text size="xs">The requirement has changed since. Attest again.</Text>
      )}
      {mayAttest && (
        <Group gap={6}>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => setDialog('attest')}
            aria-label={`${attestation ? 'Renew' : 'Attest'} ${id}`}
          >
            {attestation ? 'Renew' : 'Attest'}
          </Button>
          {given && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => setDialog('withdraw')}
              aria-label={`Withdraw the attestation of ${id}`}
            >
              Withdraw
            </Button>
          )}
        </Group>
      )}
      {dialog === 'attest' && (
        <AttestDialog frameworkId={frameworkId} requirement={requirement} onClose={close} />
      )}
      {dialog === 'withdraw' && (
        <WithdrawAttestationDialog
          frameworkId={frameworkId}
          requirement={requirement}
          onClose={close}
        />
      )}
    </Stack>
  );
}
