import type { CloudProvider } from '../../../contract/cloud-security.js';

export interface AccessGuide {
  /** What to grant, the least that the checks need. */
  grants: readonly { what: string; why: string }[];
  /** To be copied: how to grant it. */
  snippet: { title: string; text: string };
  /** What works with less, and what then is missing. */
  note: string;
}

const SUBSCRIPTION = '<subscription id>';

/** From Prowler's documentation: reading the configuration only, never the data. */
export function accessGuide(provider: CloudProvider, externalId: string): AccessGuide {
  switch (provider) {
    case 'aws':
      return {
        grants: [
          {
            what: 'SecurityAudit',
            why: 'managed policy arn:aws:iam::aws:policy/SecurityAudit: reads how things are set up',
          },
          {
            what: 'ViewOnlyAccess',
            why: 'managed policy arn:aws:iam::aws:policy/job-function/ViewOnlyAccess: lists what there is',
          },
        ],
        snippet: { title: 'Trust policy of the role', text: trustPolicy(externalId) },
        note: 'Some newer services are in neither policy. Without more, their checks are shown as not covered; Prowler publishes an additional policy for them (prowler-additions-policy.json).',
      };
    case 'azure':
      return {
        grants: [
          { what: 'Reader', why: 'role on the subscription: sees resources, changes none' },
          {
            what: 'Directory.Read.All, Policy.Read.All, AuditLog.Read.All',
            why: 'application permissions of Microsoft Graph, with an administrator’s consent: for the checks of Entra ID',
          },
        ],
        snippet: {
          title: 'Service principal with the role, by the Azure CLI',
          text: `az ad sp create-for-rbac --name offload-security \\\n  --role Reader --scopes /subscriptions/${SUBSCRIPTION}`,
        },
        note: 'Without the permissions of Graph the checks of identities are shown as not covered; the rest works.',
      };
    case 'gcp':
      return {
        grants: [
          { what: 'roles/viewer', why: 'on the project: sees resources, changes none' },
          {
            what: 'roles/serviceusage.serviceUsageConsumer',
            why: 'on the project: may ask the APIs',
          },
          {
            what: 'storage.buckets.getIamPolicy',
            why: 'in a custom role: who may read the buckets',
          },
        ],
        snippet: {
          title: 'Service account, by the gcloud CLI',
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
        note: 'The IAM API of the project must be enabled (iam.googleapis.com). APIs that are off are shown as not covered.',
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
        note: 'Config maps may hold more than configuration. Give namespaces to look at these alone.',
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
