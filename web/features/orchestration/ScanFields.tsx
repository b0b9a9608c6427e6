import { NativeSelect, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { textFields } from '../../ui/text-fields.js';
import { CloudScanFields } from './CloudScanFields.js';
import type { ScanFieldsProps } from './scan-draft.js';
import { NETWORK_PROFILES, WEB_DEPTHS } from './scan-kinds.js';

/** The fields of the chosen kind only. */
export function ScanFields(props: ScanFieldsProps) {
  const { draft, errors, onChange } = props;
  const text = textFields(draft, errors, onChange);
  switch (draft.kind) {
    case 'cloud':
      return <CloudScanFields {...props} />;
    case 'web':
      return <WebFields {...props} />;
    case 'network':
      return <NetworkFields {...props} />;
    case 'image':
      return (
        <TextInput
          label="Image"
          description="The name you would pull, preferably with a tag or digest. The registry must be reachable."
          placeholder="docker.io/library/nginx:1.29"
          {...text('image')}
          required
        />
      );
    case 'repository':
      return (
        <TextInput
          label="Repository address"
          description="An https URL without a password. The default branch is scanned."
          placeholder="https://git.example.org/team/project.git"
          {...text('repository')}
          required
        />
      );
    default:
      return (
        <TextInput
          label="Folder on the server"
          description="An absolute path. Only folders that the operator has allowed (SCAN_FOLDERS) can be scanned."
          placeholder="/srv/sources/project"
          {...text('path')}
          required
        />
      );
  }
}

function WebFields({ draft, errors, onChange }: ScanFieldsProps) {
  const text = textFields(draft, errors, onChange);
  return (
    <>
      <TextInput
        label="Address"
        description="The page to start from. Without http:// or https://, https is used."
        placeholder="https://www.example.org"
        inputMode="url"
        autoComplete="url"
        {...text('url')}
        required
      />
      <Radio.Group
        label="Depth"
        value={draft.depth}
        onChange={(value) =>
          onChange({ depth: WEB_DEPTHS.find((each) => each.value === value)?.value ?? 'headers' })
        }
      >
        <Stack gap="xs" mt="xs">
          {WEB_DEPTHS.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
      {draft.depth === 'api' && (
        <TextInput
          label="OpenAPI definition address"
          placeholder="https://api.example.org/openapi.json"
          inputMode="url"
          {...text('apiDefinition')}
          required
        />
      )}
    </>
  );
}

function NetworkFields({ draft, errors, onChange }: ScanFieldsProps) {
  const text = textFields(draft, errors, onChange);
  return (
    <>
      <Textarea
        label="Hosts and ranges"
        description="Names, addresses or CIDR ranges, one per line; up to 1,024 addresses in total."
        placeholder={'scanme.example.org\n192.0.2.0/28'}
        {...text('targets')}
        rows={4}
        resize="vertical"
        required
      />
      <NativeSelect
        label="Profile"
        description={NETWORK_PROFILES.find(({ value }) => value === draft.profile)?.description}
        value={draft.profile}
        onChange={(event) =>
          onChange({
            profile:
              NETWORK_PROFILES.find(({ value }) => value === event.currentTarget.value)?.value ??
              'quick',
          })
        }
        data={NETWORK_PROFILES.map(({ value, label }) => ({ value, label }))}
        maw={300}
      />
    </>
  );
}
