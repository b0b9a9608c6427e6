import { List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ScfControlText } from '../../../contract/scf.js';
import { Facts } from '../../ui/Facts.js';
import { Section } from '../../ui/Section.js';
import { ScfAttributionLine } from './ScfAttributionLine.js';
import { scfBesideQuery } from './scf.api.js';

/** The SCF's own text for the control; nothing until a release is imported. */
export function ScfCard({ controlId }: { controlId: string }) {
  const { data } = useQuery(scfBesideQuery(controlId));
  if (!data?.text || !data.attribution) return null;
  const { text, attribution } = data;
  return (
    <Section title="In the Secure Controls Framework">
      <Stack gap="sm">
        <Text fw={600}>
          {text.id} {text.title}
        </Text>
        <Text style={{ whiteSpace: 'pre-line' }}>{text.description}</Text>
        <Facts
          columns
          facts={[
            { label: 'Weighting', value: text.weight },
            { label: 'Governs', value: text.pptdf },
            { label: 'Validated', value: text.cadence },
            { label: 'CSF function', value: text.csfFunction },
          ]}
        />
        {text.question && (
          <div>
            <Title order={3}>Question</Title>
            <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
              {text.question}
            </Text>
          </div>
        )}
        <Objectives objectives={text.objectives} />
        <Named title="Evidence requests" items={text.evidenceRequests} />
        <Named title="Compensating controls" items={text.compensatingControls} />
        <Named title="Privacy principles" items={text.privacyPrinciples} />
        <ScfAttributionLine attribution={attribution} />
      </Stack>
    </Section>
  );
}

function Objectives({ objectives }: { objectives: ScfControlText['objectives'] }) {
  if (objectives.length === 0) return null;
  return (
    <div>
      <Title order={3}>Assessment objectives</Title>
      <List size="sm">
        {objectives.map(({ id, text }) => (
          <List.Item key={id}>
            <b>{id}</b> {text}
          </List.Item>
        ))}
      </List>
    </div>
  );
}

function Named({
  title,
  items,
}: {
  title: string;
  items: readonly { id: string; title: string; text?: string }[];
}) {
  if (items.length === 0) return null;
  return (
    <div>
      <Title order={3}>{title}</Title>
      <List size="sm">
        {items.map((item) => (
          <List.Item key={item.id}>
            <b>{item.id}</b> {item.title}
            {item.text && (
              <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-line' }}>
                {item.text}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
