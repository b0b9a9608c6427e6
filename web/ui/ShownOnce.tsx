import { Button, Code, CopyButton, Stack, Text } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { Notice } from './Notice.js';
import classes from './ShownOnce.module.css';

interface ShownOnceProps {
  title: string;
  /** The secret, link or key that the server does not show again. */
  value: string;
  children: ReactNode;
}

/** A secret that can be copied now or never. */
export function ShownOnce({ title, value, children }: ShownOnceProps) {
  return (
    <Notice tone="blue" icon={KeyRound} title={title}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{children}</Text>
        <Code block className={classes.secret}>
          {value}
        </Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Stack>
    </Notice>
  );
}
