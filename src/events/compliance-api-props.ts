import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ApiAuthorization } from './api-authorization';
import { IComplianceEventHub } from './compliance-event-hub-props';
import { EnvironmentProfile } from '../foundation/environment-profile';

/**
 * Props of `ComplianceApi`.
 */
export interface ComplianceApiProps {
  /**
   * The hub whose events and states are asked for, of the same account and region. Another one on a live stack answers from the other one.
   */
  readonly hub: IComplianceEventHub;

  /**
   * Who may ask. A change on a live stack holds for the next request.
   *
   * @default ApiAuthorization.iam()
   */
  readonly authorization?: ApiAuthorization;

  /**
   * Ids of accounts, of 12 digits each, whose principals may assume a role that may ask, and nothing else. Each account decides by its own
   * policies who of it may assume the role. Only with `ApiAuthorization.iam()`.
   *
   * @default - none, and no role
   */
  readonly readerAccounts?: string[];

  /**
   * Name of that role: other accounts have to write it into policies. Up to 64 letters, digits and the characters `_+=,.@-`; unique in
   * the account. Another name on a live stack replaces the role.
   *
   * @default - generated
   */
  readonly readerRoleName?: string;

  /**
   * Origins, such as `https://compliance.bank.example`, whose pages may ask by a browser (CORS). None of them may be `*`. What is asked with
   * another method than GET is then answered by API Gateway itself: a preflight by CORS headers, whatever else by 404.
   *
   * @default - none
   */
  readonly allowedOrigins?: string[];

  /**
   * Requests a second, of all callers together, beyond which API Gateway answers 429. A whole number from 1 to 10,000.
   *
   * @default 50
   */
  readonly rateLimit?: number;

  /**
   * Requests that may come at once beyond that. A whole number from 1 to 5,000.
   *
   * @default 100
   */
  readonly burstLimit?: number;

  /**
   * The environment, which decides how long logs are kept and what happens to them on delete.
   *
   * @default EnvironmentProfile.PROD
   */
  readonly profile?: EnvironmentProfile;

  /**
   * How long the log of accesses is kept.
   *
   * @default - the profile's, as of all logs
   */
  readonly accessLogRetention?: logs.RetentionDays;

  /**
   * Whether the function's log names resources by their ids. They are masked otherwise. The log of accesses never holds them.
   *
   * @default false
   */
  readonly logResourceIds?: boolean;

  /**
   * Whom alarms tell, in this account and region. For an imported topic see `AlertTopics.requiredTopicStatements`.
   *
   * @default - nobody: the alarms are there, and actions can be added to them
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Whether the stack gets the output `ApiUrl`. A second API of a stack has its own id before the name.
   *
   * @default true
   */
  readonly outputs?: boolean;

  /**
   * Whether alarms are made. Each of the three costs about $0.10 a month.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * How long the slowest hundredth of the answers of 5 minutes may take, three times in a row, before there is an alarm. Whole seconds from 1 to 30.
   *
   * @default Duration.seconds(10)
   */
  readonly latencyThreshold?: Duration;

  /**
   * Role of your own for the function. What it needs is added to it; to an imported role CDK adds it only when that is of this account.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * Node.js runtime of the function, 22 or later. It is built for and tested on the default.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;

  /**
   * What happens to the logs when the stack is deleted.
   *
   * @default - the profile's: RETAIN, and DESTROY for EPHEMERAL
   */
  readonly removalPolicy?: RemovalPolicy;
}
