import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CONFIG_SOURCE } from './contract';
import { KeyUse } from '../foundation/key-use';
import { admit } from '../private/key-use';

export interface BusProps {
  readonly description: string;
  readonly busName?: string;
  readonly encryptionKey: kms.IKey;
  /** Where events end that cannot be encrypted or decrypted. */
  readonly deadLetterQueue: sqs.Queue;
}

/** An encrypted bus. What could not be encrypted is kept, since a key may be broken for an hour. */
export function makeBus(scope: Construct, id: string, { description, busName, encryptionKey, deadLetterQueue }: BusProps): events.EventBus {
  admit(scope, encryptionKey, KeyUse.EVENTS, KeyUse.EVENT_BUSES);
  const bus = new events.EventBus(scope, id, { eventBusName: busName, description });
  // Not by `kmsKey` and `deadLetterQueue`: they would add a statement to the key for each bus, and one to the queue that its key policy contradicts.
  const resource = bus.node.defaultChild as events.CfnEventBus;
  resource.kmsKeyIdentifier = encryptionKey.keyArn;
  resource.deadLetterConfig = { arn: deadLetterQueue.queueArn };
  admitSender(deadLetterQueue, [bus.eventBusArn]);
  return bus;
}

/**
 * What members sent, for a time, to be replayed after a fault. It can be replayed to its own bus only, so that it goes with it. What the library
 * itself sends is not kept: an old heartbeat tells nothing.
 */
export function makeArchive(scope: Construct, bus: events.EventBus, encryptionKey: kms.IKey, retention: Duration, sources: string[]): events.Archive {
  const archive = new events.Archive(scope, 'Archive', {
    sourceEventBus: bus, description: 'Compliance events of the members', eventPattern: { source: [CONFIG_SOURCE, ...sources] }, retention,
  });
  // Not by `kmsKey`: statements of a fixed name would stand twice in the policy of a key that two hubs share.
  (archive.node.defaultChild as events.CfnArchive).kmsKeyIdentifier = encryptionKey.keyArn;
  return archive;
}

/** Lets EventBridge send to a queue on behalf of these rules or buses, and of nothing else. */
export function admitSender(queue: sqs.Queue, sources: string[]): void {
  queue.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': sources } },
  }));
}
