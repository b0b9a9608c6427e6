import { NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeAssessmentSettings } from '../../../contract/assessments.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { Loaded } from '../../ui/Loaded.js';
import { fieldErrors } from '../../ui/validation.js';
import { settingsQuery, useChangeSettings } from './assessment.api.js';

/** How long the team's answers are valid when nothing else is said. */
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
      title="How long answers are valid"
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
            description="Of answers that are given or filled in from now on, where no other time is said. Then they count no longer."
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
