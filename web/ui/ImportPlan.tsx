import { List, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { count } from './format.js';
import { Notice } from './Notice.js';

/** The problems of a file, and where each is. */
export function FileProblems({
  problems,
}: {
  problems: readonly { at: string; message: string }[];
}) {
  return (
    <Notice tone="red" icon={CircleAlert} title="This file cannot be imported" urgent>
      <List size="sm" style={{ overflowWrap: 'anywhere' }}>
        {problems.map(({ at, message }) => (
          <List.Item key={`${at} ${message}`}>
            <strong>{at}</strong>: {message}
          </List.Item>
        ))}
      </List>
    </Notice>
  );
}

/** The names in a file that were ignored; without this a misspelt column would look like a missing one. */
export function IgnoredNames({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      Ignored, unknown names: {names.join(', ')}
    </Text>
  );
}

const SHOWN = 8;

/** The ids that a file adds, changes and removes. */
export function ChangeLines({
  changes,
}: {
  changes: readonly { label: string; items: readonly { id: string }[] }[];
}) {
  return changes
    .filter(({ items }) => items.length > 0)
    .map(({ label, items }) => (
      <Text key={label} size="sm" className="tabular">
        {label} {count(items.length)}:{' '}
        {items
          .slice(0, SHOWN)
          .map(({ id }) => id)
          .join(', ')}
        {items.length > SHOWN && ` and ${count(items.length - SHOWN)} more`}
      </Text>
    ));
}
