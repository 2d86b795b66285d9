import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { REPORT_CHANNELS, reportOnce } from './contract';
import { activePartition, policyKey, TABLE_KEYS } from '../drift/contract';
import { DriftMonitor } from '../drift/drift-monitor';
import { IComplianceEventHub } from '../events/compliance-event-hub-props';
import { EVENT_INDEXES, EVENT_KEYS } from '../events/contract';
import { acknowledgeActions, acknowledgeResources } from '../private/acknowledge';
import { grantKeyThrough, TABLE_KEY_ACTIONS, TABLE_READ_KEY_ACTIONS } from '../private/key-use';

/** Reads counters and the newest events, and notes that a report was sent: nothing else of the table is written. */
export function grantEvents(scope: Construct, { eventTable }: IComplianceEventHub, grantee: iam.IGrantable, reportName: string): void {
  const allow = (actions: string[], resourceArns: string[], conditions?: { [operator: string]: { [key: string]: string[] } }) =>
    iam.Grant.addToPrincipal({ grantee, actions, resourceArns, ...(conditions ? { conditions } : {}) });
  allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], [eventTable.tableArn]);
  allow(['dynamodb:Query'], [`${eventTable.tableArn}/index/${EVENT_INDEXES.timeline.indexName}`]);
  allow(['dynamodb:PutItem'], [eventTable.tableArn], leading(...REPORT_CHANNELS.map((channel) => EVENT_KEYS.once(reportOnce(reportName, channel), '').pk)));
  grantKeyThrough(scope, eventTable.encryptionKey, grantee, 'dynamodb', TABLE_KEY_ACTIONS);
  acknowledgeActions(scope, TABLE_KEY_ACTIONS, 'DynamoDB asks for all of these forms, on one key and through DynamoDB only');
}

/** Writes files below one folder, and reads none. */
export function grantFiles(scope: Construct, { reportsBucket }: IComplianceEventHub, grantee: iam.IGrantable, prefix: string): void {
  const files = reportsBucket.arnForObjects(`${prefix}/*`);
  iam.Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: [files] });
  // S3 decrypts for a writer only what was uploaded in parts.
  grantKeyThrough(scope, reportsBucket.encryptionKey, grantee, 's3', ['kms:GenerateDataKey']);
  acknowledgeResources(scope, [files], 'Each day\'s files have a folder of their own, which is named by its date');
}

/** Reads what drifts in an environment, and the policy that is in force there. */
export function grantDrift(scope: Construct, monitor: DriftMonitor, grantee: iam.IGrantable): void {
  const { _environmentName: environment, table, stateBucket } = monitor;
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:GetItem', 'dynamodb:Query'],
    resourceArns: [table.tableArn],
    conditions: leading(activePartition(environment), TABLE_KEYS.pointer(environment).pk),
  });
  grantKeyThrough(scope, table.encryptionKey, grantee, 'dynamodb', TABLE_READ_KEY_ACTIONS);
  const policies = stateBucket.arnForObjects(policyKey('*'));
  iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [policies] });
  acknowledgeResources(scope, [policies], 'A policy\'s object is named by its content, which is known at run time only');
  grantKeyThrough(scope, stateBucket.encryptionKey, grantee, 's3', ['kms:Decrypt']);
}

const leading = (...partitions: string[]) => ({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': partitions } });
