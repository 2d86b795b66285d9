import { MessageDetailValue } from './contract';

/**
 * How much a message about drift tells.
 */
export class MessageDetail {
  /** Names and kinds of differences only: what everyone who reads the mailbox may see. */
  public static readonly NAMES = new MessageDetail('NAMES');
  /** Each finding's sentence with the values of plain parameters; never a value of a SecureString. */
  public static readonly EXPLANATIONS = new MessageDetail('EXPLANATIONS');

  /** The setting's value. */
  public readonly value: string;

  private constructor(value: MessageDetailValue) {
    this.value = value;
  }
}
