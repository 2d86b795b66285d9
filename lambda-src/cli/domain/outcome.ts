/** What a run ends with; docs/cli.md says the same to users. */
export const EXIT = {
  /** Done, and all is well. */
  well: 0,
  /** Done, and something is wrong that the output names. */
  wrong: 1,
  /** The command was not understood, or lacks something. Nothing was done. */
  misused: 2,
  /** AWS refused a call or could not be reached. */
  refused: 3,
  /** A fault of this program. */
  unexpected: 4,
} as const;

/** Whoever called is to call otherwise. */
export class Misuse extends Error {
  public readonly name = 'Misuse';
}

/** A call that AWS refused, or that did not reach it. */
export class AwsFailure extends Error {
  public readonly name = 'AwsFailure';

  constructor(public readonly operation: string, public readonly code: string, text: string) {
    super(`${operation} failed with ${code}: ${text}${ADVICE.find(([pattern]) => pattern.test(code))?.[1] ?? ''}`);
  }
}

/** An API that takes tokens of an issuer, and no signatures. */
export const asksForToken = (error: unknown) => error instanceof AwsFailure && error.code === 'HTTP401';

const ADVICE: [RegExp, string][] = [
  [/^AccessDenied|^NotAuthorized|^HTTP403$/, '\ndocs/cli.md lists what each command must be allowed'],
  [/Credentials|ExpiredToken|UnrecognizedClient|InvalidClientToken|SSO/, '\ncheck AWS_PROFILE or --profile, and sign in again if the session has ended'],
  [/^HTTP401$/, '\nthe API does not take IAM signatures (it asks for a token): give --table, and the table is read'],
];
