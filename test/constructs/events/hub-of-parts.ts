import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { makeEventTable } from '../../../src/events/event-table';
import { HubBase } from '../../../src/events/hub-base';

/** As much of a hub as what is attached to one needs. */
export class HubOfParts extends HubBase {
  public readonly hubName = 'compliance';
  public readonly encryptionKey: kms.Key;
  public readonly eventBus: events.EventBus;
  public readonly announcementBus: events.EventBus;
  public readonly eventTable: dynamodb.Table;
  public readonly reportsBucket: s3.Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.encryptionKey = new kms.Key(this, 'Key', { enableKeyRotation: true });
    this.eventBus = new events.EventBus(this, 'Bus');
    this.announcementBus = new events.EventBus(this, 'Announcements');
    this.eventTable = makeEventTable(this, { encryptionKey: this.encryptionKey, removalPolicy: RemovalPolicy.RETAIN, deletionProtection: true });
    this.reportsBucket = new s3.Bucket(this, 'Reports', { encryption: s3.BucketEncryption.KMS, encryptionKey: this.encryptionKey, enforceSSL: true });
  }
}
