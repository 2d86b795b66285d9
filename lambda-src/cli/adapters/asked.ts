import { described } from '../../shared/aws-error';
import { AwsFailure, Misuse } from '../domain/outcome';

/** A call of AWS, whose failure says which call it was. */
export async function asked<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AwsFailure || error instanceof Misuse) throw error;
    const { name, text } = described(error);
    const { code } = error as { code?: unknown };
    throw new AwsFailure(operation, name === 'Error' && typeof code === 'string' ? code : name, text.replace(CANONICAL, '') || 'it could not be reached');
  }
}

/** A refused signature's message repeats the request's headers, the session's token among them. */
const CANONICAL = / ?The Canonical String for this request should have been.*$/;
