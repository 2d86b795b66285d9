/** An operation failed before it changed anything, so that there is nothing to take back. */
export class NothingChanged extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}
