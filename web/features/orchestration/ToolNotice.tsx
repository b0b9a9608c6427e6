import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Wrench } from 'lucide-react';
import { TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { type ScanDraft, toolsOf } from './scan-draft.js';
import { toolsQuery } from './tool.api.js';

/** Warns when the server cannot run a tool that the scan needs, and explains how to install it. */
export function ToolNotice({ draft }: { draft: ScanDraft }) {
  const { data } = useQuery(toolsQuery);
  const needed = toolsOf(draft);
  const missing = (data?.items ?? []).filter(
    ({ tool, available }) => needed.includes(tool) && !available,
  );
  if (missing.length === 0) return null;
  return (
    <Stack gap="xs">
      {missing.map(({ tool, title, missing: why }) => (
        <Notice
          key={tool}
          tone="amber"
          icon={Wrench}
          title={`${title} is not available on this server`}
        >
          <Text size="sm">{why ?? 'The server gave no reason.'}</Text>
          <Text size="sm" mt={4}>
            {draft.kind === 'web' && draft.depth !== 'headers'
              ? 'The quick check needs no tool. '
              : 'The scan would fail. '}
            <TextLink to="/scans/tools" inherit underline="always">
              See all tools
            </TextLink>
          </Text>
        </Notice>
      ))}
    </Stack>
  );
}
