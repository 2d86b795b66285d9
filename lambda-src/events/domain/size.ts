/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const LARGEST_ITEM_BYTES = 400 * 1_024;
/** Of a commit: 4 MB, and some room for what a request has beside its items. */
export const LARGEST_COMMIT_BYTES = 3_500_000;

/** How large DynamoDB finds an item of texts, numbers, bytes and yes or no: names count as well. */
export function bytesOf(item: object): number {
  return Object.entries(item).reduce((sum, [name, value]) => (value === undefined ? sum : sum + Buffer.byteLength(name) + valueBytes(value)), 0);
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value instanceof Uint8Array ? value.byteLength : 21;
}
