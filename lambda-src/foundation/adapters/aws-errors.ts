import { retry } from '../../shared/retry';

/** What an error of AWS says of itself. */
export function described(error: unknown): { name: string; text: string } {
  if (!(error instanceof Error)) return { name: 'Error', text: String(error) };
  return { name: error.name, text: error.message.replace(/\s+/g, ' ').slice(0, 400) };
}

export const isDenied = (error: unknown) => /^AccessDenied/.test(described(error).name);

/** A permission that the same deployment gave a moment ago may not have reached every corner of AWS yet. */
export async function patiently<T>(base: number, call: () => Promise<T>): Promise<T> {
  return retry({ attempts: 6, base, retryable: isDenied }, call);
}
