import { Facts } from '../../ui/Facts.js';
import { Section } from '../../ui/Section.js';
import type { FindingData } from './finding.data.js';

export function FindingResource({ finding }: { finding: FindingData }) {
  const { resourceUid, resourceName, resourceType, accountId, accountName } = finding;
  const { provider, service, region, tool, checkId, rawSeverity } = finding;
  return (
    <Section title="Resource">
      <Facts
        facts={[
          { label: 'Name', value: resourceName },
          { label: 'Identifier', value: resourceUid },
          { label: 'Type', value: resourceType },
          {
            label: 'Account',
            value:
              accountName && accountName !== accountId
                ? `${accountName} (${accountId})`
                : accountId,
          },
          { label: 'Provider, service', value: [provider, service].filter(Boolean).join(', ') },
          { label: 'Region', value: region },
          { label: 'Check', value: `${checkId} (${tool})` },
          { label: 'Severity reported by the tool', value: rawSeverity },
        ]}
      />
    </Section>
  );
}
