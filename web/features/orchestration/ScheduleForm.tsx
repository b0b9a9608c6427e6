import { Button, Grid, Group, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ScanSchedule } from '../../../contract/scan-schedules.js';
import { focusFirstError } from '../../ui/focus-first-error.js';
import { ButtonLink } from '../../ui/links.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { ScanFields } from './ScanFields.js';
import { ScanKindChoice } from './ScanKindChoice.js';
import { ScanPreview } from './ScanPreview.js';
import { estimateQuery } from './scan.api.js';
import { type DraftErrors, errorsOf, requestOf, type ScanDraft } from './scan-draft.js';
import type { ScheduleInput } from './schedule.api.js';
import {
  serverErrors,
  type TimingDraft,
  type TimingErrors,
  timingDraftOf,
  timingErrors,
  timingOf,
} from './schedule-draft.js';
import { TimingFields } from './TimingFields.js';
import { ToolNotice } from './ToolNotice.js';

const TYPING_MS = 500;

interface ScheduleFormProps {
  initial: ScanDraft;
  schedule?: ScanSchedule;
  submit: string;
  save: {
    isPending: boolean;
    error: unknown;
    reset: () => void;
    mutate: (
      input: ScheduleInput,
      options: { onSuccess: () => void; onError: (e: unknown) => void },
    ) => void;
  };
  onSaved: () => void;
}

/** What is scanned, and when: for a new schedule and an existing one. */
export function ScheduleForm({ initial, schedule, submit, save, onSaved }: ScheduleFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(initial);
  const [timing, setTiming] = useState(() => timingDraftOf(schedule));
  const [errors, setErrors] = useState<DraftErrors>({});
  const [wrong, setWrong] = useState<TimingErrors>({});
  const [settled] = useDebouncedValue(draft, TYPING_MS);
  const estimate = useQuery(estimateQuery(errorsOf(settled) === null ? requestOf(settled) : null));
  const change = (changes: Partial<ScanDraft>) => {
    const next = { ...draft, ...changes };
    setDraft(next);
    save.reset();
    // Clears errors as they are fixed, but shows no new ones while typing.
    if (Object.keys(errors).length > 0) setErrors(changes.kind ? {} : (errorsOf(next) ?? {}));
  };
  const retime = (changes: Partial<TimingDraft>) => {
    const next = { ...timing, ...changes };
    setTiming(next);
    save.reset();
    if (Object.keys(wrong).length > 0) setWrong(timingErrors(next));
  };
  const show = (target: DraftErrors, when: TimingErrors) => {
    setErrors(target);
    setWrong(when);
    if (form.current) focusFirstError(form.current);
  };
  const send = () => {
    const target = errorsOf(draft) ?? {};
    const when = timingErrors(timing);
    show(target, when);
    const asked = timingOf(timing);
    if (!asked || Object.keys(target).length > 0) return;
    const name = timing.name.trim();
    const input = {
      ...(name ? { name } : {}),
      ...{ request: requestOf(draft), ...asked, jitterMinutes: Number(timing.jitterMinutes) },
    };
    const onError = (problem: unknown) => {
      const said = serverErrors(problem, draft.kind);
      if (said) show(said.target, said.timing);
    };
    save.mutate(input, { onSuccess: onSaved, onError });
  };
  const isAtFields = save.error && serverErrors(save.error, draft.kind) !== null;
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 8 }}>
        <form
          ref={form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Stack>
            <ScanKindChoice kind={draft.kind} onChange={(kind) => change({ kind })} />
            <Section title="Target and options">
              <Stack>
                <ScanFields draft={draft} errors={errors} onChange={change} />
                <ToolNotice draft={draft} />
              </Stack>
            </Section>
            <Section title="When">
              <Stack>
                <TextInput
                  label="Name"
                  description="Leave empty to use the target."
                  value={timing.name}
                  onChange={(event) => retime({ name: event.currentTarget.value })}
                  error={wrong.name}
                  maw={420}
                />
                <TimingFields draft={timing} errors={wrong} onChange={retime} />
              </Stack>
            </Section>
            {Boolean(save.error) && !isAtFields && <ProblemAlert problem={save.error} />}
            <Group>
              <Button type="submit" loading={save.isPending}>
                {submit}
              </Button>
              <ButtonLink to="/scans/schedules" variant="default">
                Back to schedules
              </ButtonLink>
            </Group>
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <ScanPreview draft={settled} estimate={estimate} />
      </Grid.Col>
    </Grid>
  );
}
