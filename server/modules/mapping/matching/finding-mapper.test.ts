import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { ControlMatcher } from './control-matcher.js';
import { FindingMapper, type MappableFinding } from './finding-mapper.js';

const catalogue = loadCatalogue();
const matcher = new ControlMatcher(catalogue);
const mapper = new FindingMapper(catalogue, { matcher });

const SOC = 'soc2-tsc-2017';
const ISO = 'iso-27001-2022';
const NIST = 'nist-800-53-r5';
const CSF = 'nist-csf-2.0';
const PCI = 'pci-dss-4.0.1';
const CIS = 'cis-controls-8.1';
const HIPAA = 'hipaa-security-rule';

const prowler = (checkId: string, provider = 'aws'): MappableFinding => ({
  tool: 'prowler',
  provider,
  checkId,
});
const requirementsOf = (finding: MappableFinding, framework: string) =>
  mapper.map(finding).requirements[framework] ?? [];

/** The requirements that an auditor would name first, by framework. */
const NAMED: [MappableFinding, Record<string, string[]>][] = [
  [
    prowler('s3_bucket_server_access_logging_enabled'),
    { [SOC]: ['CC7.2'], [ISO]: ['A.8.15'], [NIST]: ['AU-2', 'AU-12'], [CSF]: ['PR.PS-04'] },
  ],
  [
    prowler('cloudtrail_multi_region_enabled'),
    { [NIST]: ['AU-2', 'AU-3', 'AU-6', 'AU-12'], [PCI]: ['10.2.1'], [HIPAA]: ['164.312(b)'] },
  ],
  [prowler('route53_public_hosted_zones_cloudwatch_logging_enabled'), { [CIS]: ['8.2', '8.6'] }],
  [
    prowler('vpc_flow_logs_enabled'),
    { [NIST]: ['AU-12', 'SI-4'], [CSF]: ['DE.CM-01'], [CIS]: ['13.6'] },
  ],
  [
    prowler('cloudwatch_log_metric_filter_root_usage'),
    { [NIST]: ['AU-6', 'SI-4(5)'], [ISO]: ['A.8.15', 'A.8.16'], [PCI]: ['10.4.1'] },
  ],
  [
    prowler('efs_encryption_at_rest_enabled'),
    { [NIST]: ['SC-28', 'SC-28(1)'], [CSF]: ['PR.DS-01'], [CIS]: ['3.11'], [PCI]: ['3.5.1'] },
  ],
  [
    prowler('rds_instance_transport_encrypted'),
    { [NIST]: ['SC-8', 'SC-8(1)'], [HIPAA]: ['164.312(e)(1)', '164.312(e)(2)(ii)'] },
  ],
  [
    prowler('ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22'),
    { [PCI]: ['1.2.5', '1.3.1', '1.4.2'], [CIS]: ['4.4', '13.4'], [HIPAA]: ['164.312(e)(1)'] },
  ],
  [
    prowler('iam_password_policy_minimum_length_14'),
    { [NIST]: ['IA-5(1)'], [PCI]: ['8.3.6'], [CIS]: ['5.2'] },
  ],
  [
    prowler('codebuild_project_no_secrets_in_variables'),
    { [SOC]: ['CC6.1'], [CSF]: ['PR.AA-01'], [PCI]: ['8.6.2'] },
  ],
  [prowler('iam_avoid_root_usage'), { [PCI]: ['7.2.2'], [ISO]: ['A.8.2'], [SOC]: ['CC6.3'] }],
  [
    prowler('ssm_managed_compliant_patching'),
    { [SOC]: ['CC7.1'], [HIPAA]: ['164.308(a)(1)(ii)(B)'] },
  ],
  [prowler('inspector2_is_enabled'), { [HIPAA]: ['164.308(a)(1)(ii)(A)'], [NIST]: ['RA-5'] }],
  [
    prowler('account_security_contact_information_is_registered'),
    { [SOC]: ['CC2.3'], [PCI]: ['12.10.1'], [CIS]: ['17.2'] },
  ],
  [
    prowler('kafka_cluster_mutual_tls_authentication_enabled'),
    { [SOC]: ['CC6.1'], [ISO]: ['A.8.5'], [PCI]: ['4.2.1'] },
  ],
  [
    prowler('network_bastion_host_exists', 'azure'),
    { [SOC]: ['CC6.6'], [ISO]: ['A.8.20'], [CSF]: ['PR.IR-01'] },
  ],
  [prowler('core_memory_limits_set', 'kubernetes'), { [SOC]: ['A1.1'], [CSF]: ['PR.IR-04'] }],
  [
    { tool: 'zap', checkId: '10021', title: 'X-Content-Type-Options Header Missing' },
    { [ISO]: ['A.8.9', 'A.8.26'], [PCI]: ['6.2.4'], [CSF]: ['PR.PS-01'] },
  ],
  [
    { tool: 'zap', checkId: '40018', title: 'SQL Injection' },
    { [SOC]: ['CC7.1'], [CIS]: ['16.12'] },
  ],
  [
    { tool: 'zap', checkId: '90003', title: 'Sub Resource Integrity Attribute Missing' },
    { [NIST]: ['SI-7'], [PCI]: ['6.4.3'] },
  ],
];

/** Requirements that such a check cannot evaluate. */
const NOT_MEANT: [string, MappableFinding, string, string[]][] = [
  ['wireless', prowler('ec2_instance_public_ip'), PCI, ['1.3.3']],
  ['outbound traffic', prowler('ec2_instance_public_ip'), PCI, ['1.3.2']],
  ['wireless', prowler('guardduty_is_enabled'), NIST, ['SI-4(14)']],
  ['wireless', prowler('rds_instance_default_admin'), PCI, ['2.3.1']],
  ['laptops and media', prowler('ec2_ebs_volume_encryption'), CIS, ['3.6', '3.9']],
  ['card data before authorisation', prowler('s3_bucket_default_encryption'), PCI, ['3.3.2']],
  ['logs of anti-malware', prowler('cloudtrail_cloudwatch_logging_enabled'), PCI, ['5.3.4']],
  ['payment terminals', prowler('rds_instance_transport_encrypted'), PCI, ['A2.1.3']],
  ['designated entities', prowler('cloudwatch_log_metric_filter_root_usage'), PCI, ['A3.5.1']],
  ['penetration tests', prowler('inspector2_active_findings_exist'), PCI, ['11.4.4']],
  ['thresholds of alerts', prowler('cloudwatch_log_metric_filter_root_usage'), CIS, ['13.11']],
  [
    'physical ports',
    prowler('ec2_securitygroup_allow_ingress_from_internet_to_any_port'),
    NIST,
    ['SC-41'],
  ],
];

describe('a finding leads to', () => {
  it.each(NAMED)('what an auditor would name first: %o', (finding, expected) => {
    const { requirements } = mapper.map(finding);
    for (const [framework, ids] of Object.entries(expected)) {
      expect(requirements[framework], framework).toEqual(expect.arrayContaining(ids));
    }
  });

  it.each(NOT_MEANT)('nothing about %s: %o', (_, finding, framework, ids) => {
    const found = requirementsOf(finding, framework);
    for (const id of ids) expect(found).not.toContain(id);
  });
});

describe('a pass proves', () => {
  const proofs = (checkId: string, provider = 'aws') => {
    const about = { id: checkId, tool: 'prowler', provider, title: '', description: '', risk: '' };
    const rest = { service: '', resourceType: '', remediation: '', remediationUrl: null };
    const check = { ...about, ...rest, categories: [], statedRequirements: {} };
    return matcher
      .match(check)
      .filter(({ reason }) => reason.relation !== 'intersects')
      .map(({ controlId }) => controlId);
  };

  it.each([
    [
      'an alarm about sign-ins',
      'a lockout',
      'cloudwatch_log_metric_filter_authentication_failures',
      'IAC-22',
    ],
    [
      'an alarm about keys',
      'their protection',
      'cloudwatch_log_metric_filter_disable_or_scheduled_deletion_of_kms_cmk',
      'CRY-09.3',
    ],
    ['a role for support', 'a plan for incidents', 'iam_support_role_created', 'IRO-04'],
    ['a role for audits', 'a comparison of settings', 'iam_securityaudit_role_created', 'CFG-02.2'],
    [
      'the log of one service',
      'a central collection',
      's3_bucket_server_access_logging_enabled',
      'MON-02',
    ],
    [
      'a queue for failed events',
      'an alert',
      'awslambda_function_no_dead_letter_queue',
      'MON-01.12',
    ],
    [
      'logging of a VPN',
      'a protected way in',
      'ec2_client_vpn_endpoint_connection_logging_enabled',
      'NET-14',
    ],
    [
      'a scan of images',
      'approved images',
      'ecr_repositories_scan_images_on_push_enabled',
      'CLD-05',
    ],
  ])('of %s nothing of %s', (_, __, checkId, controlId) => {
    const proven = proofs(checkId);
    expect(proven.length).toBeGreaterThan(0);
    expect(proven).not.toContain(controlId);
  });

  it('no mail filter where users can merely report mails', () => {
    expect(proofs('teams_security_reporting_enabled', 'm365')).toEqual(['IRO-11']);
  });
});
