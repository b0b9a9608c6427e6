import { Text } from '@mantine/core';
import { type RegionNote, regionNoteText } from '../../../contract/compliance.js';
import { counted } from '../../ui/format.js';

const MAX_SHOWN = 5;

/** What results show of the regions of accounts; it lowers nothing. */
export function RegionNotes({ notes }: { notes: readonly RegionNote[] | undefined }) {
  if (!notes || notes.length === 0) return null;
  const texts = notes.slice(0, MAX_SHOWN).map(regionNoteText);
  const rest = notes.length - texts.length;
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {texts.join('; ')}
      {rest > 0 && `; and ${counted(rest, 'more account')}`}.
    </Text>
  );
}
