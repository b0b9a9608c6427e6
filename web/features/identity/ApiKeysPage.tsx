import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { ShownOnce } from '../../ui/ShownOnce.js';
import { NotAllowed } from '../orchestration/NotAllowed.js';
import { SystemSections } from '../platform/SystemSections.js';
import { ApiKeyRow } from './ApiKeyRow.js';
import { apiKeysQuery, type ShownKey } from './identity.api.js';
import { NewApiKeyDialog } from './NewApiKeyDialog.js';
import { ServiceAccounts } from './ServiceAccounts.js';

export function ApiKeysPage() {
  const { may } = useAppState();
  const [creating, setCreating] = useState(false);
  const [shown, setShown] = useState<ShownKey | null>(null);
  return (
    <>
      <PageHeader
        title="API keys"
        about="For pipelines and programs. A key acts in this team, as its owner and with at most the owner’s permissions."
        actions={
          may('keys:write') && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setCreating(true)}>
              Create a key
            </Button>
          )
        }
      />
      <SystemSections />
      {may('keys:write') ? (
        <Stack>
          {shown && (
            <ShownOnce title={`The key “${shown.name}”, shown only once`} value={shown.key}>
              Store it as a secret of your pipeline now: whoever has it can act as you.
            </ShownOnce>
          )}
          <Keys onShow={setShown} />
          {may('team:write') && <ServiceAccounts />}
        </Stack>
      ) : (
        <NotAllowed what="create API keys" />
      )}
      {creating && <NewApiKeyDialog onClose={() => setCreating(false)} onCreated={setShown} />}
    </>
  );
}

function Keys({ onShow }: { onShow: (key: ShownKey) => void }) {
  return (
    <Loaded query={useQuery(apiKeysQuery)}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState icon={KeyRound} title="No API keys yet">
            With one, a pipeline imports its reports and reads the result.
          </EmptyState>
        ) : (
          <Section title="Keys" actions={<Text size="sm">{counted(items.length, 'key')}</Text>}>
            <ul className={classes.rows}>
              {items.map((key) => (
                <ApiKeyRow key={key.id} apiKey={key} onShow={onShow} />
              ))}
            </ul>
          </Section>
        )
      }
    </Loaded>
  );
}
