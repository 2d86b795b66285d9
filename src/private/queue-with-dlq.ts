import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { makeAlarm, MakeAlarmProps } from './alarm';

export interface QueueWithDlqProps {
  readonly encryptionKey: kms.IKey;
  /** At least six times the time that its function may take. */
  readonly visibilityTimeout: Duration;
  readonly maxReceiveCount: number;
  /** How long a message may wait; SQS's own four days unless told otherwise. */
  readonly retentionPeriod?: Duration;
}

/** Where events and messages end that nobody could handle. */
export class DeadLetterQueue extends sqs.Queue {
  constructor(scope: Construct, id: string, encryptionKey: kms.IKey) {
    super(scope, id, {
      encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: encryptionKey, enforceSSL: true, retentionPeriod: Duration.days(14),
    });
  }
}

/** An encrypted queue that accepts TLS only, and where its messages end when nobody could handle them. */
export class QueueWithDlq extends Construct {
  public readonly queue: sqs.Queue;
  public readonly deadLetterQueue: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: QueueWithDlqProps) {
    super(scope, id);
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', props.encryptionKey);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
      visibilityTimeout: props.visibilityTimeout,
      retentionPeriod: props.retentionPeriod,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: props.maxReceiveCount },
    });
  }

  public deadLetterAlarm(description: string, runbook: string, ...topics: (sns.ITopic | undefined)[]): cloudwatch.Alarm {
    return deadLetterAlarm(this, this.deadLetterQueue, { description, runbook, topics });
  }
}

export function deadLetterAlarm(
  scope: Construct, deadLetterQueue: sqs.IQueue, told: Pick<MakeAlarmProps, 'description' | 'runbook' | 'topics'>,
): cloudwatch.Alarm {
  return makeAlarm(scope, 'DeadLetterAlarm', {
    ...told,
    metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
    threshold: 1,
  });
}
