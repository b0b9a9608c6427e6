import type { CloudProvider } from '../../../contract/cloud-security.js';

export interface AccessGuide {
  /** What to grant: the minimum that the checks need. */
  grants: readonly { what: string; why: string }[];
  /** A command or policy to copy. */
  snippet: { title: string; text: string };
  /** What is missing with less access. */
  note: string;
}

const SUBSCRIPTION = '<subscription id>';

/** From Prowler's documentation: read access to the configuration only, never to the data. */
export function accessGuide(provider: CloudProvider, externalId: string): AccessGuide {
  switch (provider) {
    case 'aws':
      return {
        grants: [
          {
            what: 'SecurityAudit',
            why: 'managed policy arn:aws:iam::aws:policy/SecurityAudit: reads the configuration',
          },
          {
            what: 'ViewOnlyAccess',
            why: 'managed policy arn:aws:iam::aws:policy/job-function/ViewOnlyAccess: lists the resources',
          },
        ],
        snippet: { title: 'Trust policy of the role', text: trustPolicy(externalId) },
        note: 'Neither policy covers some newer services, whose checks then show as not covered. Prowler publishes an additional policy for them (prowler-additions-policy.json).',
      };
    case 'azure':
      return {
        grants: [
          { what: 'Reader', why: 'role on the subscription: read-only access to resources' },
          {
            what: 'Directory.Read.All, Policy.Read.All, AuditLog.Read.All',
            why: 'Microsoft Graph application permissions, with admin consent: for the Entra ID checks',
          },
        ],
        snippet: {
          title: 'Service principal with the role (Azure CLI)',
          text: `az ad sp create-for-rbac --name offload-security \\\n  --role Reader --scopes /subscriptions/${SUBSCRIPTION}`,
        },
        note: 'Without the Graph permissions, identity checks show as not covered; the rest works.',
      };
    case 'gcp':
      return {
        grants: [
          { what: 'roles/viewer', why: 'on the project: read-only access to resources' },
          {
            what: 'roles/serviceusage.serviceUsageConsumer',
            why: 'on the project: permission to call the APIs',
          },
          {
            what: 'storage.buckets.getIamPolicy',
            why: 'in a custom role: reads who has access to buckets',
          },
        ],
        snippet: {
          title: 'Service account (gcloud CLI)',
          text: [
            'gcloud iam service-accounts create offload-security',
            'for role in roles/viewer roles/serviceusage.serviceUsageConsumer; do',
            '  gcloud projects add-iam-policy-binding PROJECT \\',
            '    --member serviceAccount:offload-security@PROJECT.iam.gserviceaccount.com \\',
            '    --role "$role"',
            'done',
            'gcloud iam service-accounts keys create key.json \\',
            '  --iam-account offload-security@PROJECT.iam.gserviceaccount.com',
          ].join('\n'),
        },
        note: 'The IAM API of the project must be enabled (iam.googleapis.com). Disabled APIs show as not covered.',
      };
    case 'kubernetes':
      return {
        grants: [
          {
            what: 'get, list, watch',
            why: 'on pods, config maps, nodes, namespaces, and on roles and their bindings, in the whole cluster',
          },
        ],
        snippet: { title: 'Cluster role and service account', text: CLUSTER_ROLE },
        note: 'Config maps may contain more than configuration. Enter namespaces to scan only these.',
      };
  }
}

function trustPolicy(externalId: string): string {
  const scanner = 'arn:aws:iam::<account of the keys>:user/<user of the keys>';
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: scanner },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': externalId } },
        },
      ],
    },
    null,
    2,
  );
}

const CLUSTER_ROLE = `kubectl create namespace offload-security
kubectl -n offload-security create serviceaccount scanner
kubectl create clusterrole offload-security --verb=get,list,watch \\
  --resource=pods,configmaps,nodes,namespaces \\
  --resource=roles.rbac.authorization.k8s.io,rolebindings.rbac.authorization.k8s.io \\
  --resource=clusterroles.rbac.authorization.k8s.io,clusterrolebindings.rbac.authorization.k8s.io
kubectl create clusterrolebinding offload-security \\
  --clusterrole=offload-security --serviceaccount=offload-security:scanner
kubectl -n offload-security create token scanner --duration=8760h`;
