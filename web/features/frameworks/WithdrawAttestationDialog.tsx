import { Text } from '@mantine/core';
import type { RequirementState } from '../../../contract/compliance.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useWithdrawAttestation } from './framework.api.js';

interface WithdrawAttestationDialogProps {
  frameworkId: string;
  requirement: RequirementState;
  onClose: () => void;
}

export function WithdrawAttestationDialog(props: WithdrawAttestationDialogProps) {
  const { frameworkId, requirement, onClose } = props;
  const withdraw = useWithdrawAttestation({ frameworkId, requirementId: requirement.id });
  return (
    <FormDialog
      title={`Withdraw the attestation of ${requirement.id}?`}
      submit="Withdraw"
      danger
      busy={withdraw.isPending}
      problem={withdraw.error}
      onSubmit={() => withdraw.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">The requirement will no longer count as attested, and scores may drop.</Text>
    </FormDialog>
  );
}
