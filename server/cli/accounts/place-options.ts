import type { Command } from 'commander';
import type { CloudProvider } from '../../../contract/cloud-security.js';
import { helpText } from '../output/wrap.js';
import { listed } from '../scans/scan-options.js';

/** Options that say where an account is; its secrets are told of in the help, and come from elsewhere. */
export function addPlaceOptions(command: Command, provider: CloudProvider): Command {
  command
    .optionsGroup('The account:')
    .option(
      '--credentials <file>',
      'credentials as the API takes them, as JSON; - for standard input',
    );
  switch (provider) {
    case 'aws':
      return command
        .description('an AWS account')
        .option('--account-number <digits>', 'its 12 digits; else AWS_ACCOUNT_ID')
        .option(
          '--region <region>',
          'a region to scan, or all; may be given again, or a list with commas; else AWS_REGION, else all that are usual',
          listed,
        )
        .option(
          '--role-arn <arn>',
          'a role to assume in it; an external id is taken from AWS_EXTERNAL_ID',
        )
        .addHelpText(
          'after',
          secrets('AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN'),
        );
    case 'azure':
      return command
        .description('an Azure subscription')
        .option('--subscription <id>', 'else AZURE_SUBSCRIPTION_ID')
        .option('--tenant <id>', 'else AZURE_TENANT_ID')
        .addHelpText('after', secrets('AZURE_CLIENT_ID, AZURE_CLIENT_SECRET'));
    case 'gcp':
      return command
        .description('a Google Cloud project')
        .option(
          '--key-file <file>',
          'key of a service account; - for standard input; else GOOGLE_APPLICATION_CREDENTIALS',
        )
        .option('--project <id>', 'else GOOGLE_CLOUD_PROJECT, else the project of the key');
    case 'kubernetes':
      return command
        .description('a Kubernetes cluster')
        .option('--kubeconfig <file>', '- for standard input; else KUBECONFIG')
        .option('--context <name>', 'else the current one')
        .option('--namespace <name>', 'only this one; may be given again', listed);
  }
}

function secrets(names: string): string {
  return helpText(`Secrets are read from the environment (${names}), never from the command line.`);
}
