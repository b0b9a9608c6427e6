import { Checkbox, NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type EvidenceSettings, putEvidenceSettings } from '../../../contract/evidence.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors } from '../../ui/validation.js';
import { evidenceSettingsQuery, useSaveEvidenceSettings } from './evidence.api.js';

/** The team's settings for uploads and reviews. */
export function EvidenceSettingsDialog({ onClose }: { onClose: () => void }) {
  const { data, error } = useQuery(evidenceSettingsQuery);
  const save = useSaveEvidenceSettings();
  const [fourEyes, setFourEyes] = useState<boolean>();
  const [limit, setLimit] = useState<number | string>();
  const [wrong, setWrong] = useState(false);
  const submit = () => {
    if (!data) return;
    const settings: EvidenceSettings = {
      fourEyes: fourEyes ?? data.fourEyes,
      maxUploadMegabytes: limit === undefined ? data.maxUploadMegabytes : Number(limit),
    };
    const isWrong = fieldErrors(putEvidenceSettings.body, settings) !== null;
    setWrong(isWrong);
    if (!isWrong) save.mutate(settings, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title="Evidence settings"
      submit="Save"
      busy={save.isPending}
      problem={save.error ?? error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Checkbox
        label="Second reviewer required"
        description="Uploaders may not approve their own uploads."
        checked={fourEyes ?? data?.fourEyes ?? false}
        disabled={!data}
        onChange={(event) => setFourEyes(event.currentTarget.checked)}
      />
      <NumberInput
        label="Upload limit in megabytes"
        description="Per file; from 1 to 100."
        value={limit ?? data?.maxUploadMegabytes ?? ''}
        disabled={!data}
        onChange={setLimit}
        error={wrong && 'A whole number from 1 to 100'}
        min={1}
        max={100}
        allowDecimal={false}
        clampBehavior="none"
        maw={260}
      />
    </FormDialog>
  );
}
