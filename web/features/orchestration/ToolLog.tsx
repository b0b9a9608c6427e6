import { Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import classes from './SubJobs.module.css';

interface ToolLogProps {
  name: string;
  lines: readonly string[];
  live: boolean;
}

const NEAR_END_PX = 40;

/** The last lines of a tool's log. Follows new lines while it runs, unless the user has scrolled up. */
export function ToolLog({ name, lines, live }: ToolLogProps) {
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  const text = lines.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines move the end
  useEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <div>
      <Title order={3} mb={4}>
        {live ? 'Log, live' : 'Last lines of the log'}
      </Title>
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          {live ? 'No output yet.' : 'No output.'}
        </Text>
      ) : (
        <pre
          ref={box}
          className={classes.log}
          role="log"
          aria-live="off"
          aria-label={`Log of ${name}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
          }}
        >
          {text}
        </pre>
      )}
    </div>
  );
}
