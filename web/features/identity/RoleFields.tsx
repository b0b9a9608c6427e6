import { Radio, Stack } from '@mantine/core';
import { ROLE_TEXTS, ROLES, type Role } from '../../../contract/roles.js';
import { DayInput, endOfDay } from '../../ui/DayInput.js';

/** A role, and the last day of the membership: `2026-11-23`, or empty. */
export interface RoleDraft {
  role: Role;
  until: string;
}

interface RoleFieldsProps {
  draft: RoleDraft;
  onChange: (changes: Partial<RoleDraft>) => void;
}

const MAX_DAYS = 3_650;

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

export const untilOf = ({ until }: RoleDraft): string | null => endOfDay(until) ?? null;
