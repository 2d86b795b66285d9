import { randomInt } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { SECURE_STRING_SETTINGS } from '../../../src/foundation/contract';
import { PATIENT_CLIENT, PERMISSION_RETRY } from '../../shared/clients';
import { answerCustomResource, CustomResourceContext } from '../../shared/custom-resource';
import { lambdaLog, Log } from '../../shared/log';
import { NothingChanged } from '../../shared/nothing-changed';
import { Settings } from '../../shared/settings';
import { SecretsManagerReader } from '../adapters/secrets-manager-reader';
import { readSecureString } from '../adapters/secure-string-document';
import { SsmParameterStore } from '../adapters/ssm-parameter-store';
import { SecureStringDependencies } from '../domain/dependencies';
import { NoticingStore } from '../domain/noticing-store';
import { ownerOf } from '../domain/ownership';
import { applySecureString, Before, removeSecureString } from '../domain/secure-string';
import { Tags } from '../ports';

/** Makes a SecureString whose value stands in no template: it comes from Secrets Manager, or is born here. */
export async function handler(event: CloudFormationCustomResourceEvent, context: CustomResourceContext): Promise<void> {
  const log = lambdaLog('foundation/secure-string', context.awsRequestId);
  await answerCustomResource(event, context, log, async () => ({ physicalResourceId: await handle(event, dependencies(log)) }));
}

/** Answers the physical id: the parameter's name. Another one makes CloudFormation delete the old one when all else is done. */
export async function handle(event: CloudFormationCustomResourceEvent, parts: SecureStringDependencies): Promise<string> {
  const owner = ownerOf(event.StackId, event.LogicalResourceId);
  if (event.RequestType === 'Delete') {
    await removeSecureString(parts, madeBy(event), owner);
    return event.PhysicalResourceId;
  }
  const wanted = readSecureString(event.ResourceProperties);
  const store = new NoticingStore(parts.store);
  try {
    await applySecureString({ ...parts, store }, wanted, owner, event.RequestType === 'Update' ? before(event) : undefined);
  } catch (error) {
    throw store.written ? error : new NothingChanged(error);
  }
  return wanted.name;
}

/** A creation that failed has another kind of id, and may have made its parameter all the same. */
function madeBy({ PhysicalResourceId, ResourceProperties }: CloudFormationCustomResourceEvent & { PhysicalResourceId: string }): string {
  return PhysicalResourceId.startsWith('/') ? PhysicalResourceId : String(ResourceProperties.Name);
}

function before(event: CloudFormationCustomResourceEvent & { RequestType: 'Update' }): Before {
  return { name: event.PhysicalResourceId, tags: (event.OldResourceProperties.Tags ?? {}) as Tags };
}

function dependencies(log: Log): SecureStringDependencies {
  const settings = new Settings();
  const prefix = settings.required(SECURE_STRING_SETTINGS.prefix);
  const config = { ...PATIENT_CLIENT, maxAttempts: 8, region: settings.region };
  return {
    prefix,
    log,
    random: randomInt,
    store: new SsmParameterStore(new SSMClient(config), log, PERMISSION_RETRY),
    secrets: new SecretsManagerReader(new SecretsManagerClient(config), PERMISSION_RETRY),
  };
}
