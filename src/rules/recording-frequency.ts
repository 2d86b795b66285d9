import { RecordingFrequencyValue } from './contract';

/**
 * How often AWS Config records a resource that changes.
 */
export class RecordingFrequency {
  /** Each change, when it happens. What change-triggered rules and Firewall Manager need to be up to date. */
  public static readonly CONTINUOUS = new RecordingFrequency('CONTINUOUS');
  /** Once a day the state of then, if it differs. An item costs four times as much, so that it pays from five changes a day. */
  public static readonly DAILY = new RecordingFrequency('DAILY');

  /** The value in AWS Config. */
  public readonly value: string;

  private constructor(value: RecordingFrequencyValue) {
    this.value = value;
  }

  /** @internal */
  public _value(): RecordingFrequencyValue { return this.value as RecordingFrequencyValue; }
}
