export interface DescribedError {
  readonly name: string;
  readonly text: string;
  /** Status of the answer, where there was one. */
  readonly status?: number;
}

/** What an error of AWS says of itself, on one line. */
export function described(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { name: 'Error', text: String(error) };
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return { name: error.name, text: error.message.replace(/\s+/g, ' ').slice(0, 400), status: $metadata?.httpStatusCode };
}

export const isDenied = (error: unknown) => /^AccessDenied/.test(described(error).name);
