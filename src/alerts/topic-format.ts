import { TopicFormatName } from './contract';

/**
 * In which words a topic is told.
 */
export class TopicFormat {
  /** Text for people: subject and lines. For mailboxes, and for whatever reads a text. */
  public static readonly TEXT = new TopicFormat('TEXT');
  /** Custom notifications of Amazon Q Developer in chat applications, which posts them to Slack or Microsoft Teams: no webhook is needed. */
  public static readonly AMAZON_Q = new TopicFormat('AMAZON_Q');

  /** The setting's value. */
  public readonly value: string;

  private constructor(value: TopicFormatName) {
    this.value = value;
  }
}
