import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
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

export function SystemPage() {
  return (
    <>
      <PageHeader
        title="System"
        about="Status of this server’s modules, databases, files and queue."
      />
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

function Modules({ modules }: Pick<Health, 'modules'>) {
  return (
    <Section title="Modules">
      <ul className={classes.rows}>
        {modules.map(({ name, status, prefixes, reason }) => (
          <li key={name} className={classes.row}>
            <div className={classes.what}>
              <Text size="sm" fw={600}>
                {words(name.replaceAll('-', ' '))}
              </Text>
              <Text size="xs" c="dimmed">
                {prefixes.join(', ')}
              </Text>
              {reason && <Text size="sm">{reason}</Text>}
            </div>
            {status === 'available' ? (
              <Tag tone="green" icon={CircleCheck}>
                Available
              </Tag>
            ) : (
              <Tag tone="red" icon={CircleX}>
                Unavailable
              </Tag>
            )}
          </li>
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
          <li key={name} className={classes.row}>
            <div className={classes.what}>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Text size="xs" c="dimmed" className="tabular">
                {backends[backend]}
                {ok && ` · responds in ${duration(latencyMs)}`}
              </Text>
              {problem && <Text size="sm">{problem}</Text>}
            </div>
            {ok ? (
              <Tag tone="green" icon={CircleCheck}>
                Up
              </Tag>
            ) : (
              <Tag tone="red" icon={CircleX}>
                Down
              </Tag>
            )}
          </li>
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
  return (
    <Section title="Files">
      <ul className={classes.rows}>
        <li className={classes.row}>
          <div className={classes.what}>
            <Text size="sm" fw={600}>
              {where}
            </Text>
            <Text size="xs" c="dimmed" className="tabular">
              {places[backend]}
              {processes > 1 && ` · ${processes - blind.length} of ${processes} processes see it`}
            </Text>
            {problem && <Text size="sm">{problem}</Text>}
          </div>
          {ok ? (
            <Tag tone="green" icon={CircleCheck}>
              Available
            </Tag>
          ) : (
            <Tag tone="amber" icon={CircleX}>
              Check
            </Tag>
          )}
        </li>
      </ul>
    </Section>
  );
}

const queues = { database: 'In the orchestration database', redis: 'Redis' } as const;

function Queue({ queue: { backend, ok, problem } }: Pick<Health, 'queue'>) {
  return (
    <Section title="Queue">
      <ul className={classes.rows}>
        <li className={classes.row}>
          <div className={classes.what}>
            <Text size="sm" fw={600}>
              {queues[backend]}
            </Text>
            {problem && <Text size="sm">{problem}</Text>}
          </div>
          {ok ? (
            <Tag tone="green" icon={CircleCheck}>
              Available
            </Tag>
          ) : (
            <Tag tone="red" icon={CircleX}>
              Check
            </Tag>
          )}
        </li>
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
          <li key={tool} className={classes.row}>
            <div className={classes.what}>
              <Text size="sm" fw={600}>
                {words(tool)}
              </Text>
              {available && (
                <Text size="xs" c="dimmed" className="tabular">
                  {by === 'docker' ? 'in containers' : 'installed on the server'}
                  {version && ` · version ${version}`}
                </Text>
              )}
              {missing && <Text size="sm">{missing}</Text>}
            </div>
            {available ? (
              <Tag tone="green" icon={CircleCheck}>
                Available
              </Tag>
            ) : (
              <Tag tone="amber" icon={CircleX}>
                Missing
              </Tag>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
