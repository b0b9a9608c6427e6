import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AvailableFramework } from '../../../contract/compliance.js';
import { saveFile } from '../../api/save-file.js';
import { useAppState } from '../../app/AppStateContext.js';
import { count, counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Tag } from '../../ui/Tag.js';
import { Superseded } from './EditionNote.js';
import classes from './FrameworkLine.module.css';
import { exportedFramework, useChooseFramework } from './framework-library.api.js';
import { RemoveFrameworkDialog } from './RemoveFrameworkDialog.js';
import { TargetScoreDialog } from './TargetScoreDialog.js';

/** One framework of the library: what it is, whether it is active, and its actions. */
export function AvailableFrameworkRow({ framework }: { framework: AvailableFramework }) {
  const { id, name, version, active, origin, source, targetScore } = framework;
  const { may } = useAppState();
  const [dialog, setDialog] = useState<'remove' | 'target' | null>(null);
  const choose = useChooseFramework(id);
  const save = useMutation({ mutationFn: () => exportedFramework(id), onSuccess: saveFile });
  const mayChange = may('compliance:write');
  const problem = choose.error ?? save.error;
  return (
    <li className={classes.line}>
      <div className={classes.head}>
        <Group gap="xs">
          <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: id }} fw={600}>
            {name}
          </TextLink>
          <Text size="xs" c="dimmed">
            {version}
          </Text>
          {active && <Tag tone="green">Active</Tag>}
          {origin !== 'shipped' && <Tag tone="blue">{ORIGIN[origin]}</Tag>}
        </Group>
        <Group gap="xs">
          {mayChange && active && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Target ${count(targetScore)} of ${name}`}
              onClick={() => setDialog('target')}
            >
              Target {count(targetScore)}
            </Button>
          )}
          {origin === 'custom' && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Export ${name}`}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              Export
            </Button>
          )}
          {mayChange && origin === 'custom' && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Remove ${name}`}
              onClick={() => setDialog('remove')}
            >
              Remove
            </Button>
          )}
          {mayChange && (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`${active ? 'Deactivate' : 'Activate'} ${name}`}
              loading={choose.isPending}
              onClick={() => choose.mutate({ active: !active })}
            >
              {active ? 'Deactivate' : 'Activate'}
            </Button>
          )}
        </Group>
      </div>
      <Text size="sm">{framework.about}</Text>
      {framework.supersededBy && <Superseded by={framework.supersededBy} brief />}
      <Text className={`tabular ${classes.counts}`} size="xs" c="dimmed" component="div">
        <span>{counted(framework.requirements, 'requirement')}</span>
        <span>{counted(framework.controls, 'control')}</span>
        <span>
          {counted(framework.attestations, 'requirement needs', 'requirements need')} attestation
        </span>
        <span>{source ? `${source.publication}, ${source.published}` : framework.publisher}</span>
      </Text>
      {Boolean(problem) && <ProblemAlert problem={problem} />}
      {dialog === 'remove' && (
        <RemoveFrameworkDialog framework={framework} onClose={() => setDialog(null)} />
      )}
      {dialog === 'target' && (
        <TargetScoreDialog framework={framework} onClose={() => setDialog(null)} />
      )}
    </li>
  );
}

const ORIGIN = { custom: 'Custom', imported: 'Imported' };
