import { Button, Group, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  CLAIM_TESTS,
  type ClaimRule,
  changeIdentityProvider,
  type IdentityProvider,
} from '../../../contract/identity-providers.js';
import { ROLE_TEXTS, ROLES } from '../../../contract/roles.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useFieldErrors } from '../../ui/validation.js';
import { teamsQuery, useIdentity } from './identity.api.js';

interface RulesDialogProps {
  provider: IdentityProvider;
  onClose: () => void;
}

const TESTS: Readonly<Record<ClaimRule['test'], string>> = {
  contains: 'contains',
  equals: 'is exactly',
  domain: 'is a verified address of the domain',
};
const ADMIN = 'installation_admin';

/** Which claims give which role. Rules are numbered, so that errors and screen readers can name them. */
export function RulesDialog({ provider, onClose }: RulesDialogProps) {
  const change = useIdentity(changeIdentityProvider);
  const { data: teams } = useQuery(teamsQuery);
  const [rules, setRules] = useState(() => provider.rules.map((rule, key) => ({ key, rule })));
  const [nextKey, setNextKey] = useState(rules.length);
  const body = { rules: rules.map(({ rule }) => rule) };
  const fields = rules.flatMap((_, i) => [`rules.${i}.value`, `rules.${i}.claim`]);
  const { errors, rest, check } = useFieldErrors(changeIdentityProvider.body, fields, change.error);
  const add = () => {
    const grant = { kind: 'team' as const, teamId: teams?.items[0]?.id ?? '', role: ROLES[5] };
    const rule = { claim: provider.groupsClaim, test: 'contains' as const, value: '', grant };
    setRules([...rules, { key: nextKey, rule }]);
    setNextKey(nextKey + 1);
  };
  const submit = () => {
    if (!check(body)) return;
    change.mutate({ params: { providerId: provider.id }, body }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={`Rules of ${provider.name}`}
      submit="Save the rules"
      busy={change.isPending}
      problem={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">
        At each sign-in the rules give their roles, and take those that they gave before and no
        longer give. Roles that people gave are never changed. Of several roles in one team the
        highest counts. Who gets none waits to be admitted.
      </Text>
      {rules.map(({ key, rule }, i) => (
        <RuleFields
          key={key}
          number={i + 1}
          rule={rule}
          teams={teams?.items ?? []}
          errors={{ claim: errors[`rules.${i}.claim`], value: errors[`rules.${i}.value`] }}
          onChange={(next) =>
            setRules(rules.map((each) => (each.key === key ? { key, rule: next } : each)))
          }
          onRemove={() => setRules(rules.filter((each) => each.key !== key))}
        />
      ))}
      <Group>
        <Button variant="default" onClick={add} disabled={!teams}>
          Add a rule
        </Button>
      </Group>
    </FormDialog>
  );
}

interface RuleFieldsProps {
  number: number;
  rule: ClaimRule;
  teams: readonly { id: string; name: string }[];
  errors: { claim?: string; value?: string };
  onChange: (rule: ClaimRule) => void;
  onRemove: () => void;
}

function RuleFields({ number, rule, teams, errors, onChange, onRemove }: RuleFieldsProps) {
  const { claim, test, value, grant } = rule;
  const target = grant.kind === 'team' ? grant.teamId : ADMIN;
  const role = grant.kind === 'team' ? grant.role : ROLES[5];
  const give = (to: string, as: typeof role) =>
    onChange({
      ...rule,
      grant: to === ADMIN ? { kind: ADMIN } : { kind: 'team', teamId: to, role: as },
    });
  return (
    <Paper p="sm" withBorder role="group" aria-label={`Rule ${number}`}>
      <Stack gap="xs">
        <TextInput
          label="Claim"
          value={claim}
          onChange={({ currentTarget }) => onChange({ ...rule, claim: currentTarget.value })}
          error={errors.claim}
        />
        <NativeSelect
          label="Condition"
          value={test}
          data={CLAIM_TESTS.map((each) => ({ value: each, label: TESTS[each] }))}
          onChange={({ currentTarget }) => {
            const next = CLAIM_TESTS.find((each) => each === currentTarget.value) ?? test;
            onChange({ ...rule, test: next, claim: next === 'domain' ? 'email' : claim });
          }}
        />
        <TextInput
          label={test === 'domain' ? 'Domain' : 'Value'}
          value={value}
          onChange={({ currentTarget }) => onChange({ ...rule, value: currentTarget.value })}
          error={errors.value}
        />
        <NativeSelect
          label="Gives"
          value={target}
          data={[
            ...teams.map(({ id, name }) => ({ value: id, label: `A role in ${name}` })),
            { value: ADMIN, label: 'Administration of the installation' },
          ]}
          onChange={({ currentTarget }) => give(currentTarget.value, role)}
        />
        {grant.kind === 'team' && (
          <NativeSelect
            label="Role"
            value={role}
            data={ROLES.map((each) => ({ value: each, label: ROLE_TEXTS[each].name }))}
            onChange={({ currentTarget }) =>
              give(target, ROLES.find((each) => each === currentTarget.value) ?? role)
            }
          />
        )}
        <Group justify="flex-end">
          <Button size="xs" variant="default" onClick={onRemove}>
            Remove rule {number}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
