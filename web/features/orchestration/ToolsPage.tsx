import { Code, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { ScanSections } from './ScanSections.js';
import { type ToolHealth, toolsQuery } from './tool.api.js';

const ways: Record<ToolHealth['by'], string> = {
  docker: 'in a separate, locked-down container',
  native: 'as a program on this server',
  built_in: 'inside this server, with no other program',
};

export function ToolsPage() {
  return (
    <>
      <PageHeader
        title="Tools"
        about="The scanners this server can run, and what is missing for the others. You can always import reports of scanners that run elsewhere."
      />
      <ScanSections />
      <Loaded query={useQuery(toolsQuery)}>
        {({ items }) => (
          <Section title="Scanners">
            <ul className={classes.rows}>
              {items.map((tool) => (
                <ToolRow key={tool.tool} health={tool} />
              ))}
            </ul>
          </Section>
        )}
      </Loaded>
      <Text size="xs" c="dimmed" mt="sm">
        This list is cached for a few minutes. Run <Code>cspm doctor</Code> on the server for the
        current state.
      </Text>
    </>
  );
}

function ToolRow({ health }: { health: ToolHealth }) {
  const { title, about, available, by, version, missing, note } = health;
  return (
    <li className={classes.row} aria-label={title}>
      <div className={classes.what}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {[about, available && `runs ${ways[by]}`, version && `version ${version}`, note]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        {missing && (
          <Text size="sm" mt={4}>
            {missing}
          </Text>
        )}
      </div>
      {available ? (
        <Tag tone="green" icon={CircleCheck}>
          {by === 'built_in' ? 'Built in' : 'Available'}
        </Tag>
      ) : (
        <Tag tone="amber" icon={CircleX}>
          Missing
        </Tag>
      )}
    </li>
  );
}
