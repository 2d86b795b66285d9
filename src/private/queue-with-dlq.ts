import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface QueueWithDlqProps {
  readonly encryptionKey: kms.IKey;
  /** At least six times the time that its function may take. */
  readonly visibilityTimeout: Duration;
  readonly maxReceiveCount: number;
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
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: props.maxReceiveCount },
    });
  }

  public deadLetterAlarm(alarmDescription: string): cloudwatch.Alarm {
    return deadLetterAlarm(this, this.deadLetterQueue, alarmDescription);
  }
}

export function deadLetterAlarm(scope: Construct, deadLetterQueue: sqs.IQueue, alarmDescription: string): cloudwatch.Alarm {
  return deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' })
    .createAlarm(scope, 'DeadLetterAlarm', {
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
}
