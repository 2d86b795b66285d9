/** How long what is over is kept. */
const KEPT_SECONDS = 400 * 86_400;

export type Item = { [attribute: string]: unknown };

/** Absent fields stay absent, and numbers come back as numbers. */
export const documentOptions = { marshallOptions: { removeUndefinedValues: true } } as const;

/** When an item that was written at this time may go: seconds since 1970. */
export const expiry = (at: string) => Math.floor(Date.parse(at) / 1000) + KEPT_SECONDS;

/** An item without what only the table needs. */
export function withoutKeys<T>(item: Item): T {
  const { pk: _pk, sk: _sk, expiresAt: _expiresAt, ...content } = item;
  return content as T;
}

export const isConditionFailed = (error: unknown) => error instanceof Error && error.name === 'ConditionalCheckFailedException';
