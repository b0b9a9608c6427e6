import { Text } from '@mantine/core';
import type { FrameworkSource, NewerEdition } from '../../../contract/compliance.js';
import { count } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';

interface SupersededProps {
  by: NewerEdition;
  /** Beside other frameworks, where the reader only needs to know that it is superseded. */
  brief?: boolean;
}

/** The edition that replaces a framework, and how much of it carries over. */
export function Superseded({ by, brief = false }: SupersededProps) {
  const { id, name, version, carriedOver, requirements } = by;
  return (
    <Text size={brief ? 'xs' : 'sm'} c={brief ? 'dimmed' : undefined} component="div">
      Superseded by{' '}
      <TextLink
        to="/frameworks/$frameworkId"
        params={{ frameworkId: id }}
        inherit
        underline="always"
      >
        {name} {version}
      </TextLink>
      ; {count(carriedOver)} of your {count(requirements)} requirements carry over.
      {!brief && (
        <>
          {' '}
          To move: activate it, read its{' '}
          <TextLink
            to="/frameworks/$frameworkId/gaps"
            params={{ frameworkId: id }}
            inherit
            underline="always"
          >
            gap analysis
          </TextLink>
          , attest what is new, then deactivate this edition. Controls keep their status.
        </>
      )}
    </Text>
  );
}

/** The publication that a framework's ids are of, and how its list of ids was checked. */
export function IdSource({ source }: { source: FrameworkSource }) {
  const { publication, published, ids, checked } = source;
  return (
    <Text size="xs" c="dimmed">
      Requirement ids of {publication}, {published}
      {ids && checked ? `: ${ids}. Checked ${checked}.` : '.'}
    </Text>
  );
}
