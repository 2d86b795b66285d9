/** What DynamoDB says of each action of a refused transaction, in the actions' order. */
export function cancellationCodes(error: unknown): string[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  const { CancellationReasons } = error as { CancellationReasons?: { Code?: string }[] };
  return (CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
}

const PASSING = /^(TransactionConflict|ThrottlingError|ProvisionedThroughputExceeded|RequestLimitExceeded)$/;
const PASSING_ERRORS = new Set(['TransactionConflictException', 'TransactionInProgressException']);

/** Whether a later attempt may succeed. Throttling of single calls is the SDK's to retry; a refused transaction's reasons are not. */
export function mayPass(error: unknown): boolean {
  const codes = cancellationCodes(error);
  if (codes) return codes.some((code) => PASSING.test(code)) && !codes.includes('ConditionalCheckFailed') && !codes.includes('ValidationError');
  return error instanceof Error && PASSING_ERRORS.has(error.name);
}
