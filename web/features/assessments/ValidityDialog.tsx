import { NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeAssessmentSettings } from '../../../contract/assessments.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { Loaded } from '../../ui/Loaded.js';
import { fieldErrors } from '../../ui/validation.js';
import { settingsQuery, useChangeSettings } from './assessment.api.js';

/** The default validity of the team's answers. */
export function ValidityDialog({ onClose }: { onClose: () => void }) {
  const settings = useQuery(settingsQuery);
  const change = useChangeSettings();
  const [days, setDays] = useState<number | string>();
  const [error, setError] = useState<string>();
  const submit = () => {
    const body = { validityDays: Number(days ?? settings.data?.validityDays) };
    const found = fieldErrors(changeAssessmentSettings.body, body);
    setError(found?.validityDays);
    if (!found) change.mutate(body, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title="Answer validity"
      submit="Save"
      busy={change.isPending || settings.isPending}
      problem={change.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Loaded query={settings}>
        {({ validityDays }) => (
          <NumberInput
            label="Days"
            description="Applies to new answers without their own validity, given or auto-filled. Answers no longer count afterwards."
            value={days ?? validityDays}
            onChange={setDays}
            min={1}
            max={370}
            error={error}
            required
          />
        )}
      </Loaded>
    </FormDialog>
  );
}
