import { Button, Group, Stack, TagsInput, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type FrameworkScope,
  type FrameworkSummary,
  putFrameworkScope,
  type Selection,
} from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted, day } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { fieldErrors } from '../../ui/validation.js';
import { frameworksQuery } from '../frameworks/framework.api.js';
import { profilesQuery, scopesQuery, useRemoveScope, useSetScope } from './scoping.api.js';

/** The accounts of each framework: all, or those that its scope selects. */
export function FrameworkScopes() {
  const frameworks = useQuery(frameworksQuery);
  const scopes = useQuery(scopesQuery);
  const { may } = useAppState();
  const [edited, setEdited] = useState<FrameworkSummary | null>(null);
  const scopeOf = (id: string) => scopes.data?.items.find(({ frameworkId }) => frameworkId === id);
  return (
    <Section title="Scope of each framework">
      <Loaded query={frameworks}>
        {({ items }) => (
          <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {items.map((framework) => (
              <li key={framework.id} aria-label={framework.name}>
                <Group justify="space-between" wrap="nowrap" align="flex-start">
                  <div>
                    <TextLink
                      to="/frameworks/$frameworkId"
                      params={{ frameworkId: framework.id }}
                      size="sm"
                      fw={600}
                    >
                      {framework.name}
                    </TextLink>
                    <ScopeText scope={scopeOf(framework.id)} />
                  </div>
                  {may('compliance:write') && scopes.data && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Change the scope of ${framework.name}`}
                      onClick={() => setEdited(framework)}
                    >
                      Change
                    </Button>
                  )}
                </Group>
              </li>
            ))}
          </Stack>
        )}
      </Loaded>
      {edited && (
        <ScopeDialog
          framework={edited}
          scope={scopeOf(edited.id)}
          onClose={() => setEdited(null)}
        />
      )}
    </Section>
  );
}

function ScopeText({ scope }: { scope: FrameworkScope | undefined }) {
  if (!scope || scope.scopeId === '') {
    return (
      <Text size="xs" c="dimmed">
        Every account
      </Text>
    );
  }
  const shown = scope.accounts.slice(0, 5).join(', ');
  return (
    <Text size="xs" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
      {scope.accountsTotal === 0 && (
        <Tag tone="amber">No accounts in scope: nothing is assessed</Tag>
      )}{' '}
      {namesIn(scope.include) ? `Only ${namesIn(scope.include)}` : 'Every account'}
      {namesIn(scope.exclude) && ` except ${namesIn(scope.exclude)}`} ·{' '}
      {counted(scope.accountsTotal, 'account')}
      {shown && `: ${shown}${scope.accountsTotal > 5 ? ' …' : ''}`} · by {scope.changedBy},{' '}
      {day(scope.changedAt)}
    </Text>
  );
}

function namesIn({ accounts, environments, tags }: Selection): string {
  const parts = [
    ...environments.map((name) => `environment ${name}`),
    ...tags.map((name) => `tag ${name}`),
    ...accounts,
  ];
  return `${parts.slice(0, 6).join(', ')}${parts.length > 6 ? ' …' : ''}`;
}

const nothing: Selection = { accounts: [], environments: [], tags: [] };

function ScopeDialog({
  framework,
  scope,
  onClose,
}: {
  framework: FrameworkSummary;
  scope: FrameworkScope | undefined;
  onClose: () => void;
}) {
  const set = useSetScope(framework.id);
  const remove = useRemoveScope(framework.id);
  const [include, setInclude] = useState(scope?.include ?? nothing);
  const [exclude, setExclude] = useState(scope?.exclude ?? nothing);
  const [problem, setProblem] = useState('');
  const submit = () => {
    const found = fieldErrors(putFrameworkScope.body, { include, exclude });
    setProblem(found ? (Object.values(found)[0] ?? '') : '');
    if (!found) set.mutate({ include, exclude }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={`Scope of ${framework.name}`}
      submit="Save the scope"
      busy={set.isPending}
      problem={set.error ?? remove.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">
        Only accounts in scope count for its controls, and each of them must be evaluated. A scope
        without accounts is not assessed.
      </Text>
      <Text size="sm" c="dimmed">
        An account is in scope when any “include” field names it and no “exclude” field does. If the
        “include” fields are empty, every account is in scope. Choose or type; press Enter to add.
      </Text>
      <SelectionFields word="Include" value={include} onChange={setInclude} />
      <SelectionFields word="Exclude" value={exclude} onChange={setExclude} />
      {problem && (
        <Text size="sm" c="red.9" role="alert">
          {problem}
        </Text>
      )}
      {scope && (
        <Group>
          <Button
            variant="subtle"
            color="red.9"
            size="compact-sm"
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSuccess: onClose })}
          >
            Remove the scope
          </Button>
        </Group>
      )}
    </FormDialog>
  );
}

function SelectionFields({
  word,
  value,
  onChange,
}: {
  word: 'Include' | 'Exclude';
  value: Selection;
  onChange: (value: Selection) => void;
}) {
  const { data } = useInfiniteQuery(profilesQuery);
  const known = data?.pages.flatMap((page) => page.items) ?? [];
  const environments = new Set(known.flatMap(({ environment }) => environment ?? []));
  const tags = new Set(known.flatMap((profile) => profile.tags));
  return (
    <>
      <TagsInput
        label={`${word} environments`}
        value={value.environments}
        onChange={(next) => onChange({ ...value, environments: next })}
        data={[...environments]}
      />
      <TagsInput
        label={`${word} tags`}
        value={value.tags}
        onChange={(next) => onChange({ ...value, tags: next })}
        data={[...tags]}
      />
      <TagsInput
        label={`${word} accounts`}
        value={value.accounts}
        onChange={(next) => onChange({ ...value, accounts: next })}
        data={known.map(({ account }) => account)}
      />
    </>
  );
}
