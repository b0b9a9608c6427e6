import { ASPECTS, FRAMEWORKS, remedyText, riskText } from './prowler-vocabulary.js';
import { random32 } from './seeded-random.js';

export interface TemplateOptions {
  wording?: string;
  toolVersion?: string;
}

/** Placeholders in a check's text; private-use characters occur nowhere else. */
const HOLES = [
  'message',
  'uid',
  'name',
  'nativeUid',
  'region',
  'account',
  'time',
  'status',
  'mute',
];
const hole = (name: string) => String.fromCharCode(0xe000 + HOLES.indexOf(name));

/** The check's text, cut before each hole. */
export function prepareCheck(checkId: string, options: TemplateOptions): string[] {
  const text = JSON.stringify(checkTemplate(checkId, options), null, 4)
    // Numbers and raw fragments have no quotes.
    .replaceAll(`"${hole('time')}"`, hole('time'))
    .replaceAll(`"${hole('mute')}"`, hole('mute'));
  return text.split(/(?=[\ue000-\ue00f])/);
}

function checkTemplate(checkId: string, { wording, toolVersion }: TemplateOptions) {
  const [service = 's3'] = checkId.split('_');
  const aspect = ASPECTS.find(({ id }) => checkId.endsWith(id));
  const title = `${service} resource ${aspect?.title ?? ''}`;
  const time = hole('time');
  const cloud = {
    account: { name: '', type: 'AWS Account', type_id: 10, uid: hole('account'), labels: [] },
    org: { name: '', uid: '' },
    provider: 'aws',
    region: hole('region'),
  };
  const severity = aspect?.severity ?? 'Medium';
  return {
    message: hole('message'),
    metadata: {
      event_code: checkId,
      product: {
        name: 'Prowler',
        uid: 'prowler',
        vendor_name: 'Prowler',
        version: toolVersion ?? '5.40.0',
      },
      profiles: ['cloud', 'datetime'],
      tenant_uid: '',
      version: '1.5.0',
    },
    severity_id: ['Informational', 'Low', 'Medium', 'High', 'Critical'].indexOf(severity) + 1,
    severity,
    status: hole('mute'),
    status_code: hole('status'),
    status_detail: hole('message'),
    unmapped: {
      related_url: '',
      categories: ['encryption', 'internet-exposed'],
      depends_on: [],
      related_to: [],
      additional_urls: [`https://docs.aws.amazon.com/${service}/latest/userguide/security.html`],
      notes: wording ?? '',
      compliance: complianceOf(checkId),
      scan_id: '0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000',
      provider_uid: hole('account'),
      provider: 'aws',
    },
    activity_name: 'Create',
    activity_id: 1,
    finding_info: {
      created_time: time,
      created_time_dt: '2026-01-15T06:00:00.000000',
      desc: `**${title}**. ${remedyText(service)}${riskText(service, aspect?.title ?? '')}`,
      name: hole('name'),
      title,
      types: ['Software and Configuration Checks/AWS Security Best Practices'],
      uid: hole('nativeUid'),
    },
    resources: [
      {
        cloud_partition: 'aws',
        region: hole('region'),
        data: { details: '', metadata: metadataOf(service) },
        group: { name: service },
        labels: ['Environment:production', 'Team:platform', 'CostCentre:4711'],
        name: hole('name'),
        type: 'AwsResource',
        uid: hole('uid'),
      },
    ],
    category_name: 'Findings',
    category_uid: 2,
    class_name: 'Detection Finding',
    class_uid: 2004,
    cloud,
    remediation: {
      desc: remedyText(service),
      references: [`https://hub.prowler.com/check/${checkId}`],
    },
    risk_details: riskText(service, aspect?.title ?? ''),
    time,
    time_dt: '2026-01-15T06:00:00.000000',
    type_uid: 200401,
    type_name: 'Detection Finding: Create',
  };
}

/** The same in every report: what a check states does not depend on what is scanned. */
function complianceOf(checkId: string): Record<string, string[]> {
  const start = random32(1, checkId.length * 131 + checkId.charCodeAt(0), 6);
  return Object.fromEntries(
    FRAMEWORKS.map(([name, ids, count]) => [
      name,
      Array.from({ length: count }, (_, n) => ids[(start + n) % ids.length] ?? ''),
    ]),
  );
}

/** The raw resource, as free and as long as the SDK gives it. */
function metadataOf(service: string) {
  return {
    arn: hole('uid'),
    name: hole('name'),
    region: hole('region'),
    state: 'available',
    public: false,
    rules: Array.from({ length: 9 }, (_, n) => ({
      id: `rule-${service}-${n}`,
      protocol: 'tcp',
      from_port: 443 + n,
      to_port: 443 + n,
      cidr: `10.${n}.0.0/16`,
    })),
    policy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: [`${service}:Describe*`], Resource: hole('uid') },
        { Effect: 'Deny', Action: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    },
    tags: [
      { Key: 'Environment', Value: 'production' },
      { Key: 'Team', Value: 'platform' },
    ],
  };
}
