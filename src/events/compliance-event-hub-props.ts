import { IResource } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';

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
}
