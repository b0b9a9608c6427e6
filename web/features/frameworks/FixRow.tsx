import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ControlStatus } from '../../../contract/compliance.js';
import { TextLink } from '../../ui/links.js';
import { StatusTag } from '../controls/StatusTag.js';
import classes from './FixRow.module.css';

interface FixRowProps {
  /** In points of a score, as text. */
  gain: string;
  controlId: string;
  title: string;
  status: ControlStatus;
  reason: string;
  tags?: ReactNode;
  /** In small print below. */
  details: string;
}

/** One control to fix: how many points that gains, and why it fails. */
export function FixRow({ gain, controlId, title, status, reason, tags, details }: FixRowProps) {
  return (
    <li className={classes.fix}>
      <div className={classes.gain}>
        <span className="tabular">+{gain}</span>
        <Text size="xs" c="dimmed">
          points
        </Text>
      </div>
      <div>
        <Group gap="xs">
          <TextLink to="/controls/$controlId" params={{ controlId }} fw={600}>
            {controlId} {title}
          </TextLink>
          <StatusTag status={status} />
          {tags}
        </Group>
        <Text size="sm" mt={4}>
          {reason}
        </Text>
        <Text size="xs" c="dimmed" mt={4} className="tabular">
          {details}
        </Text>
      </div>
    </li>
  );
}

export function FixRows({ children }: { children: ReactNode }) {
  return <ol className={classes.fixes}>{children}</ol>;
}
