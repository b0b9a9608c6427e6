import { Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  createAuditForward,
  type ForwardTarget,
  SYSLOG_TRANSPORTS,
} from '../../../contract/audit-forwards.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useIdentity } from './identity.api.js';

interface AddForwardDialogProps {
  onClose: () => void;
  /** The secret that the server made for a webhook, if any. */
  onAdded: (secret: string | null) => void;
}

type Transport = (typeof SYSLOG_TRANSPORTS)[number];
const TRANSPORTS = { tls: 'TLS', tcp: 'TCP, not encrypted', udp: 'UDP, not encrypted' };
const PORTS = { tls: 6514, tcp: 514, udp: 514 };

export function AddForwardDialog({ onClose, onAdded }: AddForwardDialogProps) {
  const { may } = useAppState();
  const create = useIdentity(createAuditForward);
  const [kind, setKind] = useState<ForwardTarget['kind']>('webhook');
  const [address, setAddress] = useState('');
  const [transport, setTransport] = useState<Transport>('tls');
  const [port, setPort] = useState<number | string>(PORTS.tls);
  const [ca, setCa] = useState('');
  const [trail, setTrail] = useState<'team' | 'installation'>('team');
  const [fromStart, setFromStart] = useState(false);
  const host = address.trim();
  const trust = transport === 'tls' && ca.trim() !== '' ? { ca: ca.trim() } : {};
  const target: ForwardTarget =
    kind === 'webhook'
      ? { kind, url: host }
      : { kind, host, port: Number(port) || 0, transport, ...trust };
  const submit = () =>
    create.mutate(
      { body: { target, trail, fromStart } },
      {
        onSuccess: ({ secret }) => {
          onAdded(secret);
          onClose();
        },
      },
    );
  const choose = (text: string) => {
    const chosen = SYSLOG_TRANSPORTS.find((each) => each === text) ?? 'tls';
    setTransport(chosen);
    setPort(PORTS[chosen]);
  };
  return (
    <FormDialog
      title="Add a destination"
      submit="Add"
      busy={create.isPending}
      problem={create.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <NativeSelect
        label="Kind"
        value={kind}
        onChange={({ currentTarget }) =>
          setKind(currentTarget.value === 'syslog' ? 'syslog' : 'webhook')
        }
        data={[
          { value: 'webhook', label: 'Webhook, signed' },
          { value: 'syslog', label: 'Syslog server (RFC 5424)' },
        ]}
      />
      <TextInput
        label={kind === 'webhook' ? 'Webhook address' : 'Host'}
        description={
          kind === 'webhook'
            ? 'Stored encrypted and not shown again. Private addresses need OUTBOUND_ALLOW.'
            : 'Private addresses, and hosts without TLS, need OUTBOUND_ALLOW.'
        }
        value={address}
        onChange={({ currentTarget }) => setAddress(currentTarget.value)}
        required
      />
      {kind === 'syslog' && (
        <>
          <NativeSelect
            label="Transport"
            value={transport}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
            data={SYSLOG_TRANSPORTS.map((value) => ({ value, label: TRANSPORTS[value] }))}
          />
          <NumberInput label="Port" min={1} max={65_535} value={port} onChange={setPort} />
          {transport === 'tls' && (
            <Textarea
              label="Certificates to trust"
              description="In PEM; empty: those of this machine."
              rows={3}
              value={ca}
              onChange={({ currentTarget }) => setCa(currentTarget.value)}
            />
          )}
        </>
      )}
      {may('installation:write') && (
        <NativeSelect
          label="Trail"
          value={trail}
          onChange={({ currentTarget }) =>
            setTrail(currentTarget.value === 'installation' ? 'installation' : 'team')
          }
          data={[
            { value: 'team', label: 'This team’s' },
            { value: 'installation', label: 'The installation’s: users, teams, sign-ins' },
          ]}
        />
      )}
      <Checkbox
        label="Send the existing entries too"
        checked={fromStart}
        onChange={({ currentTarget }) => setFromStart(currentTarget.checked)}
      />
    </FormDialog>
  );
}
