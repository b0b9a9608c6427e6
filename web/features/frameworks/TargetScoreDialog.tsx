import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { AvailableFramework } from '../../../contract/compliance.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useChooseFramework } from './framework-library.api.js';

interface TargetScoreDialogProps {
  framework: AvailableFramework;
  onClose: () => void;
}

export function TargetScoreDialog({ framework, onClose }: TargetScoreDialogProps) {
  const [target, setTarget] = useState<number | string>(framework.targetScore);
  const choose = useChooseFramework(framework.id);
  const isGood = typeof target === 'number' && target >= 0 && target <= 100;
  return (
    <FormDialog
      title={`Target of ${framework.name}`}
      submit="Save"
      busy={choose.isPending}
      problem={choose.error}
      onSubmit={() => {
        if (isGood) choose.mutate({ targetScore: target }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <NumberInput
        label="Target score"
        description="0 to 100. You are alerted when the score drops below it."
        min={0}
        max={100}
        value={target}
        error={isGood ? undefined : 'A number from 0 to 100'}
        onChange={setTarget}
      />
    </FormDialog>
  );
}
