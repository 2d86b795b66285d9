import { SeverityName } from './contract';

/**
 * How bad it is that a rule is broken.
 */
export class AlertSeverity {
  /** A habit worth keeping, such as tags and versions. */
  public static readonly LOW = new AlertSeverity('LOW');
  /** What nothing else is said of. */
  public static readonly MEDIUM = new AlertSeverity('MEDIUM');
  /** To be looked at on the same day, such as an administrator's policy. */
  public static readonly HIGH = new AlertSeverity('HIGH');
  /** To be looked at now, such as what everybody on the internet can read. */
  public static readonly CRITICAL = new AlertSeverity('CRITICAL');

  /** Its name, as announcements have it. */
  public readonly value: string;

  private constructor(value: SeverityName) {
    this.value = value;
  }
}

/**
 * Which severity rules have.
 */
export interface SeverityRule {
  /**
   * The rule's name, in which `*` stands for any characters: 1 to 128 characters and up to 5 of these signs. Letters are compared without
   * their case. It fits the name as AWS Config has it, and the name without what Security Hub, conformance packs and organizations add.
   */
  readonly pattern: string;

  /** The severity. */
  readonly severity: AlertSeverity;
}
