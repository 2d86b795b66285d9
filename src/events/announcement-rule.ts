import { Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { OWN_SOURCE, STATE_CHANGED } from './contract';
import { AlertSeverity } from '../alerts/alert-severity';
import { atLeast, SeverityName } from '../alerts/contract';
import { refuse } from '../private/validation';

/**
 * Which announcements somebody wants.
 */
export interface AnnouncementFilter {
  /**
   * Accounts whose resources are meant: ids of 12 digits, up to 50. EventBridge takes patterns of 2,048 characters.
   *
   * @default - all
   */
  readonly accounts?: string[];

  /**
   * Only rules of this severity, or a worse one.
   *
   * @default - all
   */
  readonly minimumSeverity?: AlertSeverity;

  /**
   * Whether only those are wanted that somebody is to be told of: the first rule of its cause that a resource breaks, and the last to be
   * well again. All others are first evaluations that found nothing, further rules of the same cause, and what came with a replay.
   *
   * @default true
   */
  readonly alertsOnly?: boolean;

  /**
   * Whether it is also wanted what is well again.
   *
   * @default true
   */
  readonly resolved?: boolean;
}

/**
 * A target that the hub's announcements go to.
 */
export interface StateChangedOptions extends AnnouncementFilter {
  /**
   * Where they go.
   *
   * @default - nowhere: add targets to the rule
   */
  readonly target?: events.IRuleTarget;

  /**
   * What the rule is for.
   *
   * @default - "Announcements of the compliance hub"
   */
  readonly description?: string;
}

/**
 * What a hub announces when the compliance of a resource with a rule changes: events of source `compliance.monitoring` and detail type
 * `Compliance State Changed`.
 */
export class ComplianceAnnouncements {
  /**
   * The pattern of a rule on the hub's announcements bus.
   *
   * @param filter Which ones are wanted.
   */
  public static pattern(filter: AnnouncementFilter = {}): events.EventPattern {
    return announcementPattern('ComplianceAnnouncements', filter);
  }

  private constructor() {}
}

const MOST_ACCOUNTS = 50;

export function announcementPattern(prop: string, filter: AnnouncementFilter): events.EventPattern {
  const { accounts, minimumSeverity, alertsOnly = true, resolved = true } = filter;
  checkAccounts(`${prop}.accounts`, accounts);
  return {
    source: [OWN_SOURCE],
    detailType: [STATE_CHANGED],
    detail: {
      // EventBridge takes an empty object for no pattern at all.
      eventId: [{ exists: true }],
      ...(alertsOnly && { alert: [true] }),
      ...(!resolved && { status: ['NON_COMPLIANT'] }),
      ...(accounts && { account: accounts }),
      ...(minimumSeverity && { severity: atLeast(minimumSeverity.value as SeverityName) }),
    },
  };
}

function checkAccounts(prop: string, accounts: string[] | undefined): void {
  if (accounts === undefined) { return; }
  if (accounts.length === 0 || accounts.length > MOST_ACCOUNTS) {
    refuse(prop, `${accounts.length} accounts`, `1 to ${MOST_ACCOUNTS}`, 'leave it out for all accounts, or divide them');
  }
  accounts.forEach((account, index) => {
    if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
      refuse(`${prop}[${index}]`, account, 'an account id of 12 digits', 'write it as a text, with its leading zeros');
    }
  });
}

/** A rule on a hub's announcements bus. */
export function makeAnnouncementRule(scope: Construct, id: string, bus: events.IEventBus, prop: string, options: StateChangedOptions): events.Rule {
  return new events.Rule(scope, id, {
    description: options.description ?? 'Announcements of the compliance hub',
    eventBus: bus,
    eventPattern: announcementPattern(prop, options),
    ...(options.target && { targets: [options.target] }),
  });
}
