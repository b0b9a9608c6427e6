import { Code, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FormDialog } from '../../ui/FormDialog.js';
import { TextLink } from '../../ui/links.js';
import { ownTargetsQuery, usePutOwnTargets } from './own-targets.api.js';
import { withHosts } from './own-targets.form.js';

interface DeclareOwnDialogProps {
  hosts: readonly string[];
  onClose: () => void;
}

/** Declares what a scan was refused for, without leaving the scan. */
export function DeclareOwnDialog({ hosts, onClose }: DeclareOwnDialogProps) {
  const own = useQuery(ownTargetsQuery);
  const put = usePutOwnTargets();
  const submit = () => {
    if (own.data) put.mutate(withHosts(own.data, hosts), { onSuccess: onClose });
  };
  return (
    <FormDialog
      title="Declare as your team’s own?"
      submit="Declare"
      busy={put.isPending || own.isPending}
      problem={put.error ?? own.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">
        You say that your team owns what answers here and may scan it, also when a scan attacks it.
        That goes into the audit trail.
      </Text>
      <List size="sm">
        {hosts.map((host) => (
          <List.Item key={host}>
            <Code>{host}</Code>
          </List.Item>
        ))}
      </List>
      <Text size="xs" c="dimmed">
        It can be changed at any time under{' '}
        <TextLink to="/scans/own-targets" inherit underline="always">
          own targets
        </TextLink>
        .
      </Text>
    </FormDialog>
  );
}
