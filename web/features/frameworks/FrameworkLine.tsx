import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FrameworkSummary, Posture, ScorePoint } from '../../../contract/compliance.js';
import { expiredText } from '../../../contract/framework-words.js';
import { count, counted, percent } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { RangeBar } from '../../ui/RangeBar.js';
import { BandTag, bandTones } from './BandTag.js';
import { Superseded } from './EditionNote.js';
import classes from './FrameworkLine.module.css';
import { ScoreTrend } from './ScoreTrend.js';
import { postureText, rangeText, requirementShares } from './score.words.js';

interface FrameworkLineProps {
  framework: Posture &
    Pick<FrameworkSummary, 'id' | 'name' | 'version' | 'passing' | 'expired' | 'supersededBy'>;
  trend?: readonly ScorePoint[];
  /** A note on a past state; its name is no link, since the page shows the present. */
  past?: ReactNode;
}

/** One framework with its score, ceiling and coverage. */
export function FrameworkLine({ framework, trend = [], past }: FrameworkLineProps) {
  const { id, name, version, band, score, ceiling, coverage, passing, expired, requirements } =
    framework;
  return (
    <li className={classes.line}>
      <div className={classes.head}>
        <Group gap="xs">
          {past ? (
            <Text fw={600}>{name}</Text>
          ) : (
            <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: id }} fw={600}>
              {name}
            </TextLink>
          )}
          {version && (
            <Text size="xs" c="dimmed">
              {version}
            </Text>
          )}
          {band !== 'none' && <BandTag band={band} />}
          <ScoreTrend name={name} points={trend} />
        </Group>
        <Text className="tabular" size="sm">
          <strong>{rangeText(framework)}</strong>
          {band !== 'none' && coverage !== null && (
            <Text span c="dimmed" size="sm">
              , {percent(coverage)} covered
            </Text>
          )}
          {typeof passing === 'number' && (
            <Text span c="dimmed" size="sm">
              , {percent(passing)} passing
            </Text>
          )}
        </Text>
      </div>
      <RangeBar
        label={`${name}: ${postureText(framework)}`}
        from={score ?? 0}
        to={band === 'none' ? 0 : (ceiling ?? 0)}
        tone={bandTones[band]}
      />
      {framework.supersededBy && <Superseded by={framework.supersededBy} brief />}
      <Text className={`tabular ${classes.counts}`} size="xs" c="dimmed" component="div">
        <span>{counted(requirements.total, 'requirement')}</span>
        {requirementShares(requirements).map(({ key, label, value }) => (
          <span key={key}>
            {count(value)} {label.toLowerCase()}
          </span>
        ))}
        {expired && <span>{expiredText(expired)}</span>}
        {past && <span>{past}</span>}
      </Text>
    </li>
  );
}
