/**
 * A difference that somebody has accepted until a date.
 *
 * A waived finding stays visible as waived; it does not count as drift and does not alert. It is given in code, so that a reviewer
 * approves it. From the day after `expiresOn` (UTC) the difference counts again.
 */
export interface ParityWaiver {
  /**
   * Which parameters: a glob on names relative to their environment, such as `app/limits/*`.
   */
  readonly pattern: string;

  /**
   * The one environment whose difference is accepted; one of the policy's environments.
   */
  readonly environment: string;

  /**
   * Why the difference is acceptable. Up to 1,000 characters.
   */
  readonly reason: string;

  /**
   * Who answers for it: a person, a team or a mailbox. Up to 256 characters.
   */
  readonly owner: string;

  /**
   * The last day on which it holds, as `YYYY-MM-DD` (UTC).
   *
   * A date that cannot be read is refused at synth; one that has passed only warns, so that it cannot block an urgent deployment.
   */
  readonly expiresOn: string;

  /**
   * Where the decision is recorded, such as a ticket's number or address. Up to 256 characters.
   *
   * @default - none
   */
  readonly ticket?: string;
}
