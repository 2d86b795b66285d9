import { Resource } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IComplianceEventHub } from './compliance-event-hub-props';
import { grantTable } from './event-table';

/**
 * What every hub can do, be it new or made elsewhere.
 *
 * @internal
 */
export abstract class HubBase extends Resource implements IComplianceEventHub {
  /** Its name: also the name of its bus, and the dimension `Hub` of its metrics. */
  public abstract readonly hubName: string;
  /** The bus that members send to. */
  public abstract readonly eventBus: events.IEventBus;
  /** The bus that says what changed, and that members cannot write to. */
  public abstract readonly announcementBus: events.IEventBus;
  /** The table of events, states and counters. */
  public abstract readonly eventTable: dynamodb.ITable;
  /** Key that everything of the hub is encrypted with. */
  public abstract readonly encryptionKey: kms.IKey;
  /** Where exports and reports lie. */
  public abstract readonly reportsBucket: s3.IBucket;

  /**
   * Lets somebody read events, states and counters.
   *
   * @param grantee Who may.
   */
  public grantReadEvents(grantee: iam.IGrantable): iam.Grant {
    return grantTable(this, this.eventTable, grantee, 'BatchGetItem', 'GetItem', 'Query');
  }
}
