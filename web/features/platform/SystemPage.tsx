import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Health } from '../../../contract/platform.js';
import { Facts } from '../../ui/Facts.js';
import { duration, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { healthQuery } from './health.api.js';
import { SystemSections } from './SystemSections.js';

export function SystemPage() {
  return (
    <>
      <PageHeader
        title="System"
        about="Status of this server’s modules, databases, files and queue."
      />
      <SystemSections />
      <Loaded query={useQuery(healthQuery)}>
        {(health) => (
          <Stack>
            <Server health={health} />
            <Modules modules={health.modules} />
            <Databases databases={health.databases} />
            <Files files={health.files} />
            <Queue queue={health.queue} />
            {health.tools && <Scanners tools={health.tools} />}
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Server({ health }: { health: Health }) {
  const { status, version, uptimeSeconds, clock, storage } = health;
  return (
    <Section title="Server">
      <Facts
        columns
        facts={[
          {
            label: 'Health',
            value:
              status === 'ok' ? (
                <Tag tone="green" icon={CircleCheck}>
                  Healthy
                </Tag>
              ) : (
                <Tag tone="amber" icon={CircleX}>
                  Degraded
                </Tag>
              ),
          },
          { label: 'Version', value: version },
          { label: 'Uptime', value: duration(uptimeSeconds * 1_000) },
          ...storage.problems.map((value) => ({ label: 'Storage', value })),
          ...(clock.problem ? [{ label: 'Clock', value: clock.problem }] : []),
          {
            label: 'API',
            value: (
              <Anchor href="/api/docs" size="sm">
                Documentation and OpenAPI
              </Anchor>
            ),
          },
        ]}
      />
    </Section>
  );
}

interface StatusRowProps {
  name: string;
  /** A dimmed line below the name. */
  details?: ReactNode;
  problem: string | null;
  ok: boolean;
  /** Words for the two states; `bad` is red, unless it is only something to look at. */
  states: { good: string; bad: string; tone?: 'amber' };
}

function StatusRow({ name, details, problem, ok, states }: StatusRowProps) {
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        {details && (
          <Text size="xs" c="dimmed" className="tabular">
            {details}
          </Text>
        )}
        {problem && <Text size="sm">{problem}</Text>}
      </div>
      {ok ? (
        <Tag tone="green" icon={CircleCheck}>
          {states.good}
        </Tag>
      ) : (
        <Tag tone={states.tone ?? 'red'} icon={CircleX}>
          {states.bad}
        </Tag>
      )}
    </li>
  );
}

function Modules({ modules }: Pick<Health, 'modules'>) {
  return (
    <Section title="Modules">
      <ul className={classes.rows}>
        {modules.map(({ name, status, prefixes, reason, needsRestart }) => (
          <StatusRow
            key={name}
            name={words(name.replaceAll('-', ' '))}
            details={prefixes.join(', ')}
            problem={needsRestart ? `${reason}; restart the server once this is mended` : reason}
            ok={status === 'available'}
            states={{ good: 'Available', bad: 'Unavailable' }}
          />
        ))}
      </ul>
    </Section>
  );
}

const backends = { sqlite: 'SQLite, embedded', mongodb: 'MongoDB' } as const;

function Databases({ databases }: Pick<Health, 'databases'>) {
  return (
    <Section title="Databases">
      <ul className={classes.rows}>
        {databases.map(({ name, backend, ok, latencyMs, problem }) => (
          <StatusRow
            key={name}
            name={name}
            details={`${backends[backend]}${ok ? ` · responds in ${duration(latencyMs)}` : ''}`}
            problem={problem}
            ok={ok}
            states={{ good: 'Up', bad: 'Down' }}
          />
        ))}
      </ul>
    </Section>
  );
}

const places = {
  folder: 'Folder of the server',
  database: 'MongoDB',
  s3: 'Object storage',
} as const;

function Files({ files }: Pick<Health, 'files'>) {
  const { backend, where, ok, problem, processes, blind } = files;
  const seen =
    processes > 1 ? ` · ${processes - blind.length} of ${processes} processes see it` : '';
  return (
    <Section title="Files">
      <ul className={classes.rows}>
        <StatusRow
          name={where}
          details={`${places[backend]}${seen}`}
          problem={problem}
          ok={ok}
          states={{ good: 'Available', bad: 'Check', tone: 'amber' }}
        />
      </ul>
    </Section>
  );
}

const queues = { database: 'In the orchestration database', redis: 'Redis' } as const;

function Queue({ queue: { backend, ok, problem } }: Pick<Health, 'queue'>) {
  return (
    <Section title="Queue">
      <ul className={classes.rows}>
        <StatusRow
          name={queues[backend]}
          problem={problem}
          ok={ok}
          states={{ good: 'Available', bad: 'Check' }}
        />
      </ul>
    </Section>
  );
}

function Scanners({ tools }: { tools: NonNullable<Health['tools']> }) {
  return (
    <Section
      title="Scanners"
      actions={
        <TextLink to="/scans/tools" size="sm">
          All tools
        </TextLink>
      }
    >
      <ul className={classes.rows}>
        {tools.map(({ tool, available, by, version, missing }) => (
          <StatusRow
            key={tool}
            name={words(tool)}
            details={
              available &&
              `${by === 'docker' ? 'in containers' : 'installed on the server'}${version ? ` · version ${version}` : ''}`
            }
            problem={missing}
            ok={available}
            states={{ good: 'Available', bad: 'Missing', tone: 'amber' }}
          />
        ))}
      </ul>
    </Section>
  );
}
