import { Code, Stack, Table, Text } from '@mantine/core';
import { Check, Minus } from 'lucide-react';
import { PERMISSIONS } from '../../../contract/endpoint.js';
import { PERMISSION_TABLE, ROLE_TEXTS, ROLES } from '../../../contract/roles.js';
import { Facts } from '../../ui/Facts.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { Section } from '../../ui/Section.js';
import { SystemSections } from '../platform/SystemSections.js';
import classes from './RolesPage.module.css';

export function RolesPage() {
  return (
    <>
      <PageHeader
        title="Roles"
        about="What each role may do in its team. The server decides by this table; API keys have at most their owner’s permissions."
      />
      <SystemSections />
      <Stack>
        <Section title="The roles">
          <Facts
            facts={ROLES.map((role) => ({
              label: ROLE_TEXTS[role].name,
              value: ROLE_TEXTS[role].about,
            }))}
          />
        </Section>
        <Section title="Permissions">
          <Permissions />
        </Section>
      </Stack>
    </>
  );
}

function Permissions() {
  return (
    <ScrollTable label="Permissions of the roles" miw={720}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th className={classes.first}>Permission</Table.Th>
          {ROLES.map((role) => (
            <Table.Th key={role} className={classes.role}>
              {ROLE_TEXTS[role].name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {PERMISSIONS.map((permission) => {
          const { about, roles } = PERMISSION_TABLE[permission];
          return (
            <Table.Tr key={permission}>
              <Table.Th scope="row" className={classes.first}>
                <Text size="sm">{about}</Text>
                <Code>{permission}</Code>
              </Table.Th>
              {roles.length === 0 ? (
                <Table.Td colSpan={ROLES.length}>
                  <Text size="sm" c="dimmed">
                    Administrators of the installation only, whatever their role
                  </Text>
                </Table.Td>
              ) : (
                ROLES.map((role) => (
                  <Table.Td key={role}>
                    {roles.includes(role) ? (
                      <Check size={18} role="img" aria-label="yes" />
                    ) : (
                      <Minus size={14} role="img" aria-label="no" color="var(--app-quiet)" />
                    )}
                  </Table.Td>
                ))
              )}
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </ScrollTable>
  );
}
