import { Group, Radio, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { addTarget, type NewTarget } from '../../../contract/web-targets.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors } from '../../ui/validation.js';
import { useAddTarget } from './target.api.js';

/** Adds a site or hosts to the inventory without scanning them. */
export function AddTargetDialog({ onClose }: { onClose: () => void }) {
  const add = useAddTarget();
  const [kind, setKind] = useState<'web' | 'network'>('web');
  const [url, setUrl] = useState('');
  const [hosts, setHosts] = useState('');
  const [name, setName] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const named = name.trim() ? { name: name.trim() } : {};
    const body: NewTarget =
      kind === 'web'
        ? { kind, url: url.trim(), ...named }
        : { kind, hosts: hosts.split(/[\s,]+/).filter((host) => host !== ''), ...named };
    const found = fieldErrors(addTarget.body, body);
    setErrors(found ?? {});
    if (!found) add.mutate(body, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title="Add a target"
      submit="Add"
      busy={add.isPending}
      problem={add.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Radio.Group
        label="Kind of target"
        value={kind}
        onChange={(value) => setKind(value === 'network' ? 'network' : 'web')}
      >
        <Group mt="xs">
          <Radio value="web" label="Web site" />
          <Radio value="network" label="Network hosts" />
        </Group>
      </Radio.Group>
      {kind === 'web' ? (
        <TextInput
          label="Address"
          placeholder="https://www.example.org"
          inputMode="url"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={errors.url && 'This field is required'}
          required
        />
      ) : (
        <Textarea
          label="Hosts and ranges"
          description="Names, addresses or CIDR ranges, one per line."
          value={hosts}
          onChange={(event) => setHosts(event.currentTarget.value)}
          error={
            Object.keys(errors).some((path) => path.startsWith('hosts')) &&
            'Enter 1 to 100 hosts or ranges'
          }
          rows={4}
          required
        />
      )}
      <TextInput
        label="Name"
        description="Leave empty to use its address."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errors.name}
        maxLength={200}
      />
    </FormDialog>
  );
}
