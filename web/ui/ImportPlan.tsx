import { List, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { count } from './format.js';
import { Notice } from './Notice.js';

/** What is wrong with a file, and where in it. */
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

/** What of a file was passed over: a misspelt column looks like one that is missing. */
export function NotRead({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      Not read, as these names mean nothing here: {names.join(', ')}
    </Text>
  );
}

const SHOWN = 8;

/** What a file adds, changes and removes, by ids. */
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
