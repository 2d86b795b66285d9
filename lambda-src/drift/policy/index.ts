import { createHash } from 'node:crypto';
import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { POLICY_KEY_ATTRIBUTE, POLICY_PROPERTY, POLICY_SETTINGS, policyKey } from '../../../src/drift/contract';
import { S3Objects } from '../../shared/adapters/s3-objects';
import { canonicalJson } from '../../shared/canonical-json';
import { answerCustomResource, CustomResourceContext } from '../../shared/custom-resource';
import { lambdaLog } from '../../shared/log';
import { Settings } from '../../shared/settings';
import { readPolicyDocument } from '../adapters/policy-document';

/** Puts the parity policy into the state bucket: it has no size limit there, and may hold what is known at deployment only. */
export async function handler(event: CloudFormationCustomResourceEvent, context: CustomResourceContext): Promise<void> {
  const log = lambdaLog('drift/policy', context.awsRequestId);
  await answerCustomResource(event, context, log, async () => {
    const settings = new Settings();
    const bucketName = settings.required(POLICY_SETTINGS.bucketName);
    const bucket = new S3Objects({ bucket: bucketName, region: settings.region, endpoint: settings.endpoint('S3') });
    if (event.RequestType === 'Delete') {
      const key = event.PhysicalResourceId;
      // A creation that failed left another kind of id, and nothing to delete.
      if (key.startsWith(policyKey('').replace(/\.json$/, ''))) await bucket.delete(key);
      return { physicalResourceId: key };
    }
    const document: unknown = event.ResourceProperties[POLICY_PROPERTY];
    // Refused now rather than by the first check. A waiver that cannot be read is only warned of: it must not block a hotfix.
    readPolicyDocument(document, log);
    const content = canonicalJson(document);
    // Two stacks may share a bucket and have equal policies: were the key the same, deleting one stack would take the other's policy.
    // And were it the same in another bucket, nothing would tell the check that its policy has moved.
    const owner = `${event.StackId}\n${event.LogicalResourceId}\n${bucketName}\n`;
    const key = policyKey(createHash('sha256').update(owner).update(content).digest('hex'));
    // The id says that this very object is there already: an update back to it must not block a rollback when it cannot be written.
    await bucket.put(key, Buffer.from(content), 'application/json').catch((error: unknown) => {
      if (event.RequestType !== 'Update' || event.PhysicalResourceId !== key) throw error;
      log.warn('the policy is left as it is in the state bucket, which takes nothing now', { error: error instanceof Error ? error.message : String(error) });
    });
    return { physicalResourceId: key, data: { [POLICY_KEY_ATTRIBUTE]: key } };
  });
}
