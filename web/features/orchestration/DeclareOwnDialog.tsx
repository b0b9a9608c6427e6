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

/** Declares the hosts of a rejected scan as own targets, without leaving its form. */
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
        You confirm that your team owns these hosts and may scan them, including scans that attack
        them. This is recorded in the audit trail.
      </Text>
      <List size="sm">
        {hosts.map((host) => (
          <List.Item key={host}>
            <Code>{host}</Code>
          </List.Item>
        ))}
      </List>
      <Text size="xs" c="dimmed">
        You can change this at any time under{' '}
        <TextLink to="/scans/own-targets" inherit underline="always">
          own targets
        </TextLink>
        .
      </Text>
    </FormDialog>
  );
}
