import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { ENSURE_RECORDER_ATTRIBUTES } from '../../../src/rules/contract';
import { PATIENT_CLIENT, PERMISSION_RETRY } from '../../shared/clients';
import { answerCustomResource, CustomResourceContext, CustomResourceResult } from '../../shared/custom-resource';
import { lambdaLog, Log } from '../../shared/log';
import { Settings } from '../../shared/settings';
import { ConfigRecorders } from '../adapters/config-recorders';
import { ConfigServiceRole } from '../adapters/config-service-role';
import { readRecorder } from '../adapters/recorder-document';
import { EnsureDependencies, ensureRecorder, ownerOf } from '../domain/ensure-recorder';
import { Tags } from '../ports';

/** Makes a Config recorder and a delivery channel where the account has none in the region. */
export async function handler(event: CloudFormationCustomResourceEvent, context: CustomResourceContext): Promise<void> {
  const log = lambdaLog('rules/ensure-recorder', context.awsRequestId);
  const leftAsItIs = (name: string) => attributes(name, name === event.ResourceProperties.Name);
  await answerCustomResource(event, context, log, () => handle(event, () => dependencies(log)), leftAsItIs);
}

/** The physical id is the recorder's name. Another one makes CloudFormation delete the old one, which does nothing. */
export async function handle(event: CloudFormationCustomResourceEvent, parts: () => EnsureDependencies): Promise<CustomResourceResult> {
  // The template retains it, so that this comes only after an edit by hand. The rules of other stacks need the recorder.
  if (event.RequestType === 'Delete') return { physicalResourceId: event.PhysicalResourceId };
  const wanted = readRecorder(event.ResourceProperties);
  const before = event.RequestType === 'Update' ? event.OldResourceProperties.Tags as Tags | undefined : undefined;
  const { name, created } = await ensureRecorder(parts(), wanted, ownerOf(event.StackId, event.LogicalResourceId), before);
  return { physicalResourceId: name, data: attributes(name, created) };
}

const attributes = (name: string, created: boolean) =>
  ({ [ENSURE_RECORDER_ATTRIBUTES.recorderName]: name, [ENSURE_RECORDER_ATTRIBUTES.created]: String(created) });

function dependencies(log: Log): EnsureDependencies {
  const config = { ...PATIENT_CLIENT, maxAttempts: 8, region: new Settings().region };
  return {
    log,
    recorders: new ConfigRecorders(new ConfigServiceClient(config), PERMISSION_RETRY),
    role: new ConfigServiceRole(new IAMClient(config), log, PERMISSION_RETRY),
  };
}
