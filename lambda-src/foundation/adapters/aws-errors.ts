import { isDenied } from '../../shared/aws-error';
import { retry } from '../../shared/retry';

/** A permission that the same deployment gave a moment ago may not have reached every corner of AWS yet. */
export async function patiently<T>(base: number, call: () => Promise<T>): Promise<T> {
  return retry({ attempts: 6, base, retryable: isDenied }, call);
}
