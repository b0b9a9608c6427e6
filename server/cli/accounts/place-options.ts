import type { Command } from 'commander';
import type { CloudProvider } from '../../../contract/cloud-security.js';
import { helpText } from '../output/wrap.js';
import { listed } from '../scans/scan-options.js';

/** Options that identify an account. The help names the variables of its secrets. */
export function addPlaceOptions(command: Command, provider: CloudProvider): Command {
  command
    .optionsGroup('The account:')
    .option('--credentials <file>', 'JSON file of credentials as in the API; - for standard input');
  switch (provider) {
    case 'aws':
      return command
        .description('an AWS account')
        .option('--account-number <digits>', 'its 12 digits (default: AWS_ACCOUNT_ID)')
        .option(
          '--region <region>',
          'a region to scan, or all; repeatable or comma-separated (default: AWS_REGION, else the regions enabled by default)',
          listed,
        )
        .option(
          '--role-arn <arn>',
          'a role to assume in it, with the external id of AWS_EXTERNAL_ID',
        )
        .addHelpText(
          'after',
          secrets('AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN'),
        );
    case 'azure':
      return command
        .description('an Azure subscription')
        .option('--subscription <id>', '(default: AZURE_SUBSCRIPTION_ID)')
        .option('--tenant <id>', '(default: AZURE_TENANT_ID)')
        .addHelpText('after', secrets('AZURE_CLIENT_ID, AZURE_CLIENT_SECRET'));
    case 'gcp':
      return command
        .description('a Google Cloud project')
        .option(
          '--key-file <file>',
          'service account key; - for standard input (default: GOOGLE_APPLICATION_CREDENTIALS)',
        )
        .option('--project <id>', '(default: GOOGLE_CLOUD_PROJECT, else the project of the key)');
    case 'kubernetes':
      return command
        .description('a Kubernetes cluster')
        .option(
          '--kubeconfig <file>',
          'kubeconfig file; - for standard input (default: KUBECONFIG)',
        )
        .option('--context <name>', '(default: the current one)')
        .option('--namespace <name>', 'only this namespace; repeatable', listed);
  }
}

function secrets(names: string): string {
  return helpText(`Secrets are read from the environment (${names}), never from the command line.`);
}
