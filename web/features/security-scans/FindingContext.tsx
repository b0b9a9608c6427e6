import { Anchor, Code, Group, Stack } from '@mantine/core';
import { Flame } from 'lucide-react';
import type { FindingDetails } from '../../../contract/finding-details.js';
import { Explain } from '../../app/Explain.js';
import { Facts } from '../../ui/Facts.js';
import { percent } from '../../ui/format.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';

/** Details of a finding: the vulnerability, the package, the exact location. */
export function FindingContext({ details }: { details: FindingDetails }) {
  const { vulnerability, package: affected, web, network, code } = details;
  return (
    <>
      {vulnerability && <Vulnerability vulnerability={vulnerability} />}
      {affected && <AffectedPackage affected={affected} />}
      {web && (
        <Section title="Web location">
          <Facts
            facts={[
              { label: 'Address', value: <Code>{web.url}</Code> },
              { label: 'Method', value: web.method },
              { label: 'Parameter', value: web.parameter },
            ]}
          />
        </Section>
      )}
      {network && (
        <Section title="Network location">
          <Facts
            columns
            facts={[
              { label: 'Address', value: network.address },
              { label: 'Port', value: `${network.port}/${network.protocol}` },
              { label: 'Service', value: network.service },
              { label: 'Product', value: network.product },
              { label: 'Version', value: network.version },
              { label: 'Encrypted', value: network.encrypted ? 'yes' : 'no' },
            ]}
          />
        </Section>
      )}
      {code && (
        <Section title="Code location">
          <Facts
            facts={[
              {
                label: 'File',
                value: <Code>{code.line === null ? code.file : `${code.file}:${code.line}`}</Code>,
              },
              {
                label: 'Line, secrets masked',
                value: code.match && <Code>{code.match}</Code>,
              },
            ]}
          />
        </Section>
      )}
    </>
  );
}

function Vulnerability({
  vulnerability: { ids, cvss, epss, knownExploited },
}: {
  vulnerability: NonNullable<FindingDetails['vulnerability']>;
}) {
  return (
    <Section title="Vulnerability">
      <Stack gap="sm">
        <Group gap="xs">
          {ids.map((id) => (
            <VulnerabilityId key={id} id={id} />
          ))}
          {knownExploited && (
            <Tag tone="strong" icon={Flame}>
              Known to be exploited
            </Tag>
          )}
        </Group>
        <Facts
          columns
          facts={[
            {
              label: 'CVSS',
              value:
                cvss && `${cvss.score.toFixed(1)} of 10${cvss.source ? ` (${cvss.source})` : ''}`,
              help: <Explain word="cvss" />,
            },
            {
              label: 'EPSS',
              value: epss && percent(epss.score * 100),
              help: <Explain word="epss" />,
            },
            {
              label: 'EPSS percentile',
              value: epss?.percentile == null ? null : percent(epss.percentile * 100),
            },
            {
              label: 'Known to be exploited',
              value: knownExploited === false ? 'not listed' : null,
            },
          ]}
        />
        {cvss?.vector && <Code>{cvss.vector}</Code>}
      </Stack>
    </Section>
  );
}

/** Reports are untrusted: only a well-formed CVE id becomes a link. */
function VulnerabilityId({ id }: { id: string }) {
  if (!/^CVE-\d{4}-\d{4,}$/.test(id)) return <Code>{id}</Code>;
  return (
    <Anchor
      href={`https://nvd.nist.gov/vuln/detail/${id}`}
      target="_blank"
      rel="noreferrer noopener"
      size="sm"
    >
      {id}
    </Anchor>
  );
}

function AffectedPackage({ affected }: { affected: NonNullable<FindingDetails['package']> }) {
  const { name, installedVersion, fixedVersion, path, purl } = affected;
  return (
    <Section title="Package">
      <Facts
        facts={[
          { label: 'Name', value: name },
          { label: 'Installed', value: installedVersion },
          { label: 'Fixed in', value: fixedVersion ?? 'no version yet' },
          { label: 'Path', value: path && <Code>{path}</Code> },
          { label: 'Package URL', value: purl && <Code>{purl}</Code> },
        ]}
      />
    </Section>
  );
}
