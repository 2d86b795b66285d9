import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { FOLLOW_SECRET_SETTINGS } from '../../../src/foundation/contract';
import { PATIENT_CLIENT, PERMISSION_RETRY } from '../../shared/clients';
import { lambdaLog, Log } from '../../shared/log';
import { Settings } from '../../shared/settings';
import { SecretsManagerReader } from '../adapters/secrets-manager-reader';
import { readFollowed } from '../adapters/secure-string-document';
import { SsmParameterStore } from '../adapters/ssm-parameter-store';
import { FollowDependencies } from '../domain/dependencies';
import { followSecret } from '../domain/follow-secret';

/**
 * Keeps a SecureString equal to its secret, which is rotated without a deployment. What fails is thrown: the Lambda service tries twice more
 * and then puts the event into a queue, which an alarm watches.
 */
export async function handler(event: unknown, context: { readonly awsRequestId: string }): Promise<void> {
  const { wanted, owner } = readFollowed(event);
  await followSecret(dependencies(lambdaLog('foundation/follow-secret', context.awsRequestId)), wanted, owner);
}

function dependencies(log: Log): FollowDependencies {
  const settings = new Settings();
  const config = { ...PATIENT_CLIENT, region: settings.region };
  return {
    prefix: settings.required(FOLLOW_SECRET_SETTINGS.prefix),
    log,
    store: new SsmParameterStore(new SSMClient(config), log, PERMISSION_RETRY),
    secrets: new SecretsManagerReader(new SecretsManagerClient(config), PERMISSION_RETRY),
  };
}
