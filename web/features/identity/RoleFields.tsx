import { Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AuditReach } from '../../../contract/audit-reach.js';
import { ROLE_TEXTS, ROLES, type Role } from '../../../contract/roles.js';
import { DayInput, endOfDay } from '../../ui/DayInput.js';
import { frameworksQuery } from '../frameworks/framework.api.js';

/** A role, the last day of the membership, and what an auditor is limited to; days as `2026-11-23`, or empty. */
export interface RoleDraft {
  role: Role;
  until: string;
  frameworkId: string;
  from: string;
  to: string;
}

interface RoleFieldsProps {
  draft: RoleDraft;
  onChange: (changes: Partial<RoleDraft>) => void;
}

const MAX_DAYS = 3_650;
export const NEW_ROLE: RoleDraft = { role: 'VIEWER', until: '', frameworkId: '', from: '', to: '' };

/** The role of a member, with what each role may do, and when the membership ends. */
export function RoleFields({ draft, onChange }: RoleFieldsProps) {
  return (
    <>
      <Radio.Group
        label="Role"
        value={draft.role}
        onChange={(value) => onChange({ role: ROLES.find((role) => role === value) ?? draft.role })}
      >
        <Stack gap="xs" mt="xs">
          {ROLES.map((role) => (
            <Radio
              key={role}
              value={role}
              label={ROLE_TEXTS[role].name}
              description={ROLE_TEXTS[role].about}
            />
          ))}
        </Stack>
      </Radio.Group>
      {draft.role === 'AUDITOR' && <ReachFields draft={draft} onChange={onChange} />}
      <DayInput
        label="Last day"
        description="Optional; for an external auditor, for example."
        value={draft.until}
        onChange={(until) => onChange({ until })}
        maxDays={MAX_DAYS}
      />
    </>
  );
}

/** An external auditor needs one framework and the evidence of one period. */
function ReachFields({ draft, onChange }: RoleFieldsProps) {
  const { data } = useQuery(frameworksQuery);
  const day = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="date"
      label={label}
      value={draft[name]}
      maw={200}
      onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
    />
  );
  return (
    <>
      <NativeSelect
        label="May see"
        value={draft.frameworkId}
        onChange={({ currentTarget }) => onChange({ frameworkId: currentTarget.value })}
        data={[
          { value: '', label: 'Everything in the team' },
          ...(data?.items ?? []).map(({ id, name }) => ({ value: id, label: `Only ${name}` })),
        ]}
      />
      {draft.frameworkId !== '' && (
        <Group gap="md">
          {day('from', 'Evidence from')}
          {day('to', 'Evidence to')}
        </Group>
      )}
    </>
  );
}

/** What the server is sent. */
export function grantOf({ role, until, frameworkId, from, to }: RoleDraft) {
  const reach: AuditReach | null =
    role === 'AUDITOR' && frameworkId !== ''
      ? { frameworkId, from: startOfDay(from), to: endOfDay(to) ?? null }
      : null;
  return { role, until: endOfDay(until) ?? null, reach };
}

const startOfDay = (text: string) => (endOfDay(text) ? `${text}T00:00:00.000Z` : null);

/** A stored role, to be changed. */
export function draftOf(member: {
  role: Role;
  until: string | null;
  reach: AuditReach | null;
}): RoleDraft {
  const { role, until, reach } = member;
  const dayOf = (instant: string | null | undefined) => instant?.slice(0, 10) ?? '';
  const { frameworkId = '', from, to } = reach ?? {};
  return { role, until: dayOf(until), frameworkId, from: dayOf(from), to: dayOf(to) };
}
