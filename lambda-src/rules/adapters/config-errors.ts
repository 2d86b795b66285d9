import { described } from '../../shared/aws-error';
import { retry } from '../../shared/retry';

/** A role, a permission or a bucket policy that was made a moment ago may not have reached every corner of AWS yet. */
const MAY_PASS = /^(AccessDenied|InvalidRole|InsufficientDeliveryPolicy|NoSuchBucket)/;

export interface RetryTiming {
  /** Milliseconds before a refused call is tried again; it doubles. */
  readonly retryBase: number;
}

/** Makes a call of the custom resource, and says what failed and what to look at. */
export async function call<T>({ retryBase }: RetryTiming, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await retry({ attempts: 6, base: retryBase, retryable: (error) => MAY_PASS.test(described(error).name) }, work);
  } catch (error) {
    const { name, text } = described(error);
    throw new Error(`${doing} failed: ${name}: ${text}${hint(name)}`);
  }
}

function hint(name: string): string {
  if (/^AccessDenied/.test(name)) {
    return '. Look for a permission boundary or a service control policy that denies it to the function\'s role; '
      + 'where others rule over AWS Config, as Control Tower does, use RecorderSource.existing()';
  }
  if (/^(InsufficientDeliveryPolicy|InvalidS3KmsKeyArn)/.test(name)) {
    return '. The bucket and its key must admit config.amazonaws.com: see ConfigRecorder.requiredBucketStatements() and ComplianceKey.requiredKeyStatements()';
  }
  return '';
}
