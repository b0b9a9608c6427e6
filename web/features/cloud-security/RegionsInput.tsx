import { Button, Group, TagsInput } from '@mantine/core';
import { AWS_DEFAULT_REGIONS, AWS_REGIONS } from '../cloud-accounts/providers.js';

interface RegionsInputProps {
  value: string[];
  onChange: (regions: string[]) => void;
  error?: string;
}

export function RegionsInput({ value, onChange, error }: RegionsInputProps) {
  return (
    <div>
      <TagsInput
        label="Regions"
        description="Each region is a separate sub-job. Choose all regions in use; resources elsewhere are not scanned."
        placeholder={value.length === 0 ? 'eu-west-1' : undefined}
        data={[...AWS_REGIONS]}
        value={value}
        onChange={(regions) => onChange(oneByOne(regions))}
        splitChars={[',', ' ']}
        acceptValueOnBlur
        clearable
        clearButtonProps={{ 'aria-label': 'Clear the regions' }}
        error={error}
        maxTags={60}
        required
      />
      <Group gap="xs" mt={6}>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onChange([...new Set([...value, ...AWS_DEFAULT_REGIONS])])}
        >
          Add the {AWS_DEFAULT_REGIONS.length} regions enabled by default
        </Button>
      </Group>
    </div>
  );
}

/** A pasted list arrives as one text. */
function oneByOne(regions: readonly string[]): string[] {
  const each = regions.flatMap((text) => text.toLowerCase().split(/[\s,]+/));
  return [...new Set(each.filter((region) => region !== ''))];
}
