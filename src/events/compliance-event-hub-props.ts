import { Duration, IResource, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { StateChangedOptions } from './announcement-rule';
import { HubAccess } from './hub-access';
import { HubBackfill } from './hub-backfill';
import { SeverityRule } from '../alerts/alert-severity';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { GovernanceTags } from '../foundation/governance-tags';

/**
 * An account that a hub must hear of.
 */
export interface ExpectedMember {
  /**
   * Id of the account: 12 digits, as a text.
   */
  readonly account: string;

  /**
   * Regions of it that must report, each with a forwarder. At least one, each once.
   */
  readonly regions: string[];
}

/**
 * What most users of a hub leave as it is.
 */
export interface ComplianceEventHubOptions {
  /**
   * Accounts and regions that must report: the hub raises a critical alarm about one that is silent, also where it was never heard of.
   * A change on a live stack starts and ends to expect.
   *
   * @default - none: whoever was heard of once must go on to report
   */
  readonly expectedMembers?: ExpectedMember[];

  /**
   * Name of the hub: of its bus, which members name, and in its metrics. Up to 40 letters, digits and the characters `_.-`, and not `default`.
   *
   * Another name on a live stack makes a new bus, loses the archive, and members send to nobody until they name it.
   *
   * @default - derived from where the hub stands
   */
  readonly busName?: string;

  /**
   * Other sources that are let in, from members and from the hub's own account: `aws.guardduty`, or one of your own applications. Their events
   * are stored and found by their detail type; they make no state and no announcement.
   *
   * @default - none
   */
  readonly additionalSources?: string[];

  /**
   * Whether events of AWS Config in the hub's own account and region are taken as well, straight from the default bus, with a heartbeat.
   *
   * @default true
   */
  readonly ownAccount?: boolean;

  /**
   * How long events can be found. Whole days, from 1 to 3650. States and counters are kept as long as they stand.
   *
   * Another time on a live stack holds for what comes from then on.
   *
   * @default Duration.days(90)
   */
  readonly retention?: Duration;

  /**
   * How long members' events can be replayed. Whole days, from 1 to 3650.
   *
   * @default Duration.days(30)
   */
  readonly archiveRetention?: Duration;

  /**
   * How the hub learns from AWS Config what no event told.
   *
   * @default HubBackfill.readerRoles()
   */
  readonly backfill?: HubBackfill;

  /**
   * How bad it is that rules are broken, before what the library says of AWS's managed rules: the first that fits counts. Up to 20.
   *
   * A change on a live stack holds for what is announced from then on.
   *
   * @default - none; a rule that nothing is said of is MEDIUM
   */
  readonly severities?: SeverityRule[];

  /**
   * Whether the score of each account is a metric of its own (dimensions `Hub` and `Account`), at $0.30 a month for each account. The dashboard
   * shows scores by account without it.
   *
   * @default false
   */
  readonly accountScores?: boolean;

  /**
   * Whether ids of resources and addresses stand in the logs as they are. Else they are masked. The table, announcements and reports name them
   * in any case.
   *
   * @default false
   */
  readonly logResourceIds?: boolean;

  /**
   * Bucket of your own for exports and reports. Import an encrypted bucket with its key.
   *
   * Another bucket on a live stack leaves what lies in the old one.
   *
   * @default - a new one: encrypted, versioned, TLS only, not public, with access logs; reports expire by profile
   */
  readonly reportsBucket?: s3.IBucket;

  /**
   * Whether alarms are made. Each costs $0.10 a month for each metric that it reads.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Whether the stack gets outputs for what the command line and others look for: `EventBusArn`, `EventsQueueUrl` and so on. A second hub of a
   * stack has its own id before each name.
   *
   * @default true
   */
  readonly outputs?: boolean;

  /**
   * Node.js runtime of the functions, 22 or later.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;

  /**
   * What happens to table, bucket and key when the stack is deleted. `RemovalPolicy.DESTROY` also empties the bucket. The archive always goes with
   * its bus.
   *
   * @default - the profile's: RETAIN, and DESTROY for EPHEMERAL
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Props of `ComplianceEventHub`.
 */
export interface ComplianceEventHubProps extends ComplianceEventHubOptions {
  /**
   * Which accounts may send events, beside the hub's own.
   */
  readonly access: HubAccess;

  /**
   * The environment: retention of logs and reports, what happens on delete, and whether there is a critical topic.
   *
   * @default EnvironmentProfile.PROD
   */
  readonly profile?: EnvironmentProfile;

  /**
   * Key of your own for everything of the hub. It gets the statements that are needed; for an imported one see
   * `ComplianceKey.requiredKeyStatements`.
   *
   * Another key on a live stack encrypts what is written from then on.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whom alarms tell. For an imported topic see `AlertTopics.requiredTopicStatements`.
   *
   * @default - a new topic: encrypted and TLS only
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Whom alarms tell as well that cannot wait: silent members, events that nobody could process, events that are late or lost.
   *
   * @default - a new topic in production, and none elsewhere
   */
  readonly criticalTopic?: sns.ITopic;

  /**
   * Who receives alarms by email, those of the critical topic included. Each address has to confirm once for each topic.
   *
   * @default - nobody, unless the topic has subscribers
   */
  readonly alertEmails?: string[];

  /**
   * Name of the organization, for the tag `Organization`.
   *
   * @default - no such tag
   */
  readonly organizationName?: string;

  /**
   * Tags on everything that takes tags.
   *
   * @default - Environment, CostCenter `infrastructure` and DataClassification `Confidential`
   */
  readonly tags?: GovernanceTags;
}

/**
 * A hub that exists already, in another stack or app of the same account and region.
 */
export interface ComplianceEventHubAttributes {
  /**
   * The bus that members send to. The hub's name is its.
   */
  readonly eventBus: events.IEventBus;

  /**
   * The bus that says what changed.
   */
  readonly announcementBus: events.IEventBus;

  /**
   * The table of events, states and counters. Import it with its key, by `Table.fromTableAttributes`, or nobody who is granted can read it.
   */
  readonly eventTable: dynamodb.ITable;

  /**
   * Key that everything of the hub is encrypted with.
   */
  readonly encryptionKey: kms.IKey;

  /**
   * Where exports and reports lie. Import it with its key.
   */
  readonly reportsBucket: s3.IBucket;
}

/**
 * A hub of compliance events: what APIs, notifiers and reports are attached to.
 */
export interface IComplianceEventHub extends IResource {
  /** Its name: also the name of its bus, and the dimension `Hub` of its metrics. */
  readonly hubName: string;
  /** The bus that members send to. */
  readonly eventBus: events.IEventBus;
  /** The bus that says what changed, and that members cannot write to. */
  readonly announcementBus: events.IEventBus;
  /** The table of events, states and counters. */
  readonly eventTable: dynamodb.ITable;
  /** Key that everything of the hub is encrypted with. */
  readonly encryptionKey: kms.IKey;
  /** Where exports and reports lie. */
  readonly reportsBucket: s3.IBucket;

  /**
   * Lets somebody read events, states and counters.
   *
   * @param grantee Who may.
   */
  grantReadEvents(grantee: iam.IGrantable): iam.Grant;

  /**
   * Sends announcements of changed compliance to a target of your own. An announcement may come twice, with the same `eventId`.
   *
   * The rule stands in the hub's stack. For a target of another stack that itself refers to the hub, make an `events.Rule` there, with
   * `ComplianceAnnouncements.pattern`.
   *
   * @param id Name of the rule below the hub. Another one on a live stack makes another rule.
   * @param options Which announcements, and where they go: by default all that somebody is to be told of.
   */
  onStateChanged(id: string, options?: StateChangedOptions): events.Rule;
}
