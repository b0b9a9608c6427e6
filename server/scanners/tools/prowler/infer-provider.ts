/** Services that check ids of one provider only begin with. */
const BY_SERVICE: Readonly<Record<string, string>> = {
  ...ofProvider('kubernetes', 'apiserver controllermanager core etcd kubelet rbac scheduler'),
  ...ofProvider('azure', 'aks appinsights containerregistry cosmosdb keyvault sqlserver vm'),
  ...ofProvider('gcp', 'apikeys bigquery cloudsql cloudstorage dataproc gcr gke'),
  ...ofProvider('aws', 'awslambda cloudtrail cloudwatch dynamodb ec2 ecs eks rds s3 sns sqs'),
};

const BY_TYPE: readonly (readonly [RegExp, string])[] = [
  [/^Aws[A-Z]|^AWS::/, 'aws'],
  [/^Microsoft\./i, 'azure'],
  [/\.googleapis\.com\//, 'gcp'],
  [/^(Kubernetes|Pod$|Namespace$|Node$|ClusterRole|RoleBinding$)/, 'kubernetes'],
];

interface Hints {
  checkId: string;
  resourceType: string;
  namespace: string;
  profiles?: readonly string[];
}

/** The provider of a result that does not name it, as Kubernetes OCSF of 5.4; empty if unknown. */
export function inferProvider({ checkId, resourceType, namespace, profiles }: Hints): string {
  if (profiles?.includes('container') || namespace !== '') return 'kubernetes';
  const [service = ''] = checkId.split('_', 1);
  const ofType = BY_TYPE.find(([pattern]) => pattern.test(resourceType));
  return BY_SERVICE[service] ?? ofType?.[1] ?? '';
}

function ofProvider(provider: string, services: string): Record<string, string> {
  return Object.fromEntries(services.split(' ').map((service) => [service, provider]));
}
