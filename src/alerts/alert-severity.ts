import { SeverityName, SeverityRuleDocument } from './contract';
import { refuse, requireText } from '../private/validation';

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

/** A function's settings have 4 KB together. */
const MOST_RULES = 20;
const MOST_STARS = 5;

/** As the function gets them; the first that fits counts. */
export function severityDocuments(prop: string, rules: SeverityRule[]): SeverityRuleDocument[] {
  if (rules.length > MOST_RULES) { refuse(prop, `${rules.length} rules`, `up to ${MOST_RULES}`, 'use `*` for several rules at once'); }
  return rules.map(({ pattern, severity }, index) => {
    requireText(`${prop}[${index}].pattern`, pattern, 128, 'name a rule, or several with `*`');
    if (pattern.split('*').length - 1 > MOST_STARS) {
      refuse(`${prop}[${index}].pattern`, pattern, `up to ${MOST_STARS} times \`*\``, 'divide it into several patterns');
    }
    return { pattern, severity: severity.value as SeverityName };
  });
}
