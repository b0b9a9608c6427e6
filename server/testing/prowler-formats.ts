import type { OcsfRow } from './prowler-rows.js';

const COLUMNS = [
  ...['PROVIDER', 'ACCOUNT_UID', 'TIMESTAMP', 'REGION', 'CHECK_ID', 'CHECK_TITLE', 'STATUS'],
  ...['STATUS_EXTENDED', 'SEVERITY', 'RESOURCE_UID', 'RESOURCE_NAME', 'RESOURCE_TAGS', 'MUTED'],
];

/** The rows as Prowler's CSV. */
export function prowlerCsv(rows: readonly OcsfRow[]): string {
  const records = rows.map((row) => {
    const [resource] = row.resources;
    return [
      ...[row.cloud.provider, row.cloud.account.uid, row.time_dt, resource.region],
      ...[row.metadata.event_code, row.finding_info.title, row.status_code, row.status_detail],
      ...[row.severity.toLowerCase(), resource.uid, resource.name, resource.labels.join(' | ')],
      row.status_id === 3 ? 'True' : 'False',
    ];
  });
  return [COLUMNS, ...records].map((cells) => `${cells.join(';')}\n`).join('');
}

/** The rows as Prowler's ASFF. */
export function prowlerAsff(rows: readonly OcsfRow[]): string {
  const findings = rows.map((row) => {
    const [resource] = row.resources;
    return {
      SchemaVersion: '2018-10-08',
      Id: row.finding_info.uid,
      GeneratorId: `prowler-${row.metadata.event_code}`,
      AwsAccountId: row.cloud.account.uid,
      Title: row.finding_info.title,
      Description: row.status_detail,
      UpdatedAt: row.time_dt,
      Severity: { Label: row.severity.toUpperCase() },
      Resources: [
        {
          ...{ Id: resource.uid, Type: 'Other', Region: resource.region },
          Tags: Object.fromEntries(resource.labels.map((label: string) => label.split(':'))),
        },
      ],
      Compliance: { Status: `${row.status_code}ED` },
    };
  });
  return JSON.stringify(findings, null, 1);
}
