import { WaiverDocument } from '../../../src/drift/contract';
import { readPolicyDocument } from '../../drift/adapters/policy-document';
import { S3Objects } from '../../shared/adapters/s3-objects';
import { Log } from '../../shared/log';

/** The waivers of a parity policy, which lies where its monitor's check reads it. */
export async function parityWaivers(objects: S3Objects, policyKey: string, log: Log): Promise<readonly WaiverDocument[]> {
  const content = (await objects.get(policyKey)).toString('utf8');
  return readPolicyDocument(parsed(content, policyKey), log).waivers ?? [];
}

function parsed(content: string, key: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    // The parser's own message would quote the content.
    throw new Error(`the object ${key} is not JSON; restore its version in the bucket or deploy a changed policy`);
  }
}
