import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { PackagedFunctionProps } from '../private/packaged-function';

/** Whom alarms tell. */
export interface Told {
  readonly alertTopic?: sns.ITopic;
  /** For what cannot wait. */
  readonly criticalTopic?: sns.ITopic;
}

/** Accounts that a hub hears of by name, and the organization whose accounts are not named. */
export interface AdmittedAccounts {
  readonly accounts: string[];
  readonly organizationId?: string;
}

/** What all functions around the event table need. */
export interface AroundProps extends Pick<PackagedFunctionProps, 'encryptionKey' | 'logRetention' | 'logRemovalPolicy' | 'runtime'> {
  readonly hubName: string;
  readonly table: dynamodb.ITable;
  /** Where scheduled invocations end that could not be started, or failed to the last retry. */
  readonly deadLetterQueue?: sqs.IQueue;
  /** No alarms when absent. */
  readonly alarms?: Told;
}

/** Settings of a function take 4 KB together. */
export const LONGEST_MEMBERS_SETTING = 3_000;
