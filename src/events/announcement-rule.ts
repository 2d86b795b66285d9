import * as events from 'aws-cdk-lib/aws-events';
import { announcementPattern } from './make-announcement-rule';
import { AlertSeverity } from '../alerts/alert-severity';

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
