import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FindingFacets } from '../../../contract/finding-groups.js';
import { FINDING_STATUSES } from '../../../contract/security-scans.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { FacetGroup } from '../../ui/FacetGroup.js';
import { words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { findingFacetsQuery } from './finding.api.js';
import { type FindingsSearch, filterOf } from './findings.search.js';

interface FindingFacetListProps {
  search: FindingsSearch;
  onChange: (changes: Partial<FindingsSearch>) => void;
}

const plain = [
  { name: 'tool', title: 'Tool' },
  { name: 'service', title: 'Service' },
  { name: 'provider', title: 'Provider' },
  { name: 'accountId', title: 'Account' },
  { name: 'region', title: 'Region' },
] as const;

/** The filters, with the number of findings per value within the other filters. */
export function FindingFacetList({ search, onChange }: FindingFacetListProps) {
  const query = useQuery(findingFacetsQuery(filterOf(search)));
  return (
    <Loaded query={query}>
      {(facets) => (
        <Stack gap="lg">
          <FacetGroup
            title="Severity"
            values={inOrder(facets.severity, SEVERITIES)}
            chosen={search.severity ?? []}
            labelOf={words}
            onChange={(chosen) => onChange({ severity: knownOf(SEVERITIES, chosen) })}
          />
          <FacetGroup
            title="Status"
            values={inOrder(facets.status, FINDING_STATUSES)}
            chosen={search.status ?? (search.change ? [] : ['open'])}
            labelOf={words}
            onChange={(chosen) => onChange({ status: statusOf(chosen, search) })}
          />
          {plain.map(({ name, title }) => (
            <FacetGroup
              key={name}
              title={title}
              values={facets[name]}
              chosen={search[name] ?? []}
              onChange={(chosen) => onChange({ [name]: chosen.length > 0 ? chosen : undefined })}
            />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function inOrder(facet: FindingFacets['severity'], order: readonly string[]) {
  return facet.toSorted((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
}

function knownOf<T extends string>(
  known: readonly T[],
  chosen: readonly string[],
): T[] | undefined {
  const kept = known.filter((each) => chosen.includes(each));
  return kept.length > 0 ? kept : undefined;
}

/** Open alone is the default, so the URL leaves it out; with changes of an import, the default is every status. */
function statusOf(
  chosen: readonly string[],
  { change }: Pick<FindingsSearch, 'change'>,
): FindingsSearch['status'] {
  const kept = knownOf(FINDING_STATUSES, chosen);
  return kept?.join() === 'open' && !change ? undefined : kept;
}
