import { Button, Group, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { type AccountRegions, regionExample, regionOf } from '../../../contract/compliance.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useClearRegions, useStateRegions } from './scoping.api.js';

interface RegionsDialogProps {
  regions: AccountRegions;
  onClose: () => void;
}

export function RegionsDialog({ regions, onClose }: RegionsDialogProps) {
  const { account, provider, inUse, seen } = regions;
  const state = useStateRegions();
  const clear = useClearRegions();
  const [value, setValue] = useState(inUse ?? seen);
  const [error, setError] = useState('');
  const submit = () => {
    const wrong = value.find((region) => regionOf(provider, region) === null);
    const problem = wrong && `“${wrong}” must look like ${regionExample(provider)}`;
    setError(problem ?? (value.length === 0 ? 'Name at least one region' : ''));
    if (!problem && value.length > 0) {
      state.mutate({ ...regions, regions: value }, { onSuccess: onClose });
    }
  };
  return (
    <FormDialog
      title={`Regions of ${account}`}
      submit="Save the regions"
      busy={state.isPending}
      problem={state.error ?? clear.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TagsInput
        label="Regions in use"
        description="All regions that the account uses. Press Enter to add one. Saving re-evaluates every control."
        placeholder={value.length === 0 ? (regionExample(provider) ?? undefined) : undefined}
        data={[...seen]}
        value={value}
        onChange={setValue}
        splitChars={[',', ' ']}
        acceptValueOnBlur
        clearable
        clearButtonProps={{ 'aria-label': 'Clear the regions' }}
        error={error}
        maxTags={100}
        required
      />
      {inUse && (
        <Group>
          <Button
            variant="subtle"
            color="red.9"
            size="compact-sm"
            loading={clear.isPending}
            onClick={() => clear.mutate(regions, { onSuccess: onClose })}
          >
            Forget the regions
          </Button>
        </Group>
      )}
    </FormDialog>
  );
}
