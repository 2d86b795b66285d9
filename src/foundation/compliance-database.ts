import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { applyGovernanceTags } from './apply-governance-tags';
import { ComplianceDatabaseAttributes } from './compliance-database-options';
import { ComplianceDatabaseProps, IComplianceDatabase } from './compliance-database-props';
import { ComplianceKey } from './compliance-key';
import { DatabaseAlarms } from './database-alarms';
import { DatabaseBase } from './database-base';
import { checkDatabase, warnAboutDatabase } from './database-checks';
import { addDatabaseParameters } from './database-parameters';
import { makeCluster } from './make-cluster';
import { ParameterHierarchy } from './parameter-hierarchy';
import { announceFailures, makeDatabaseAlarms } from './watch-database';

/**
 * The Aurora MySQL database of an environment.
 *
 * Writer and readers, backups, monitoring and protection are the profile's. It is encrypted, takes TLS only, lets nobody in until
 * `connections` does, exports its error, slow-query and audit logs to log groups that expire, and RDS keeps and rotates the master secret.
 *
 * It costs money as long as it lives; no other construct of this library needs it.
 */
export class ComplianceDatabase extends DatabaseBase {
  /**
   * A database that exists already: the same grants and metrics, and nothing is made.
   *
   * @param scope Where it is used.
   * @param id Its name there.
   * @param attributes Cluster and secret.
   */
  public static fromComplianceDatabaseAttributes(scope: Construct, id: string, attributes: ComplianceDatabaseAttributes): IComplianceDatabase {
    class Existing extends DatabaseBase {
      public readonly cluster = attributes.cluster;
      public readonly secret = attributes.secret;
      public readonly alarms = undefined;
    }
    return new Existing(scope, id);
  }

  /** The cluster. */
  public readonly cluster: rds.IDatabaseCluster;
  /** Secret of the master user, with `username` and `password`. RDS rotates it every 7 days. */
  public readonly secret: secretsmanager.ISecret;
  /** Its alarms; absent when they are switched off. */
  public readonly alarms?: DatabaseAlarms;
  /** Key for the data, the backups, the master secret and the logs. */
  public readonly encryptionKey: kms.IKey;
  /** Where its endpoint, port and secret are told. */
  public readonly parameters: ParameterHierarchy;
  /** Log groups by type: `audit`, `error`, `general` and `slowquery`. */
  public readonly logGroups: { [type: string]: logs.ILogGroup };

  /**
   * @param scope Where the database belongs.
   * @param id Its name there. Another id on a live stack makes another, empty database; what happens to this one is its removal policy.
   * @param props The environment, the network, and what differs from the defaults.
   */
  constructor(scope: Construct, id: string, props: ComplianceDatabaseProps) {
    super(scope, id);
    const { organizationName, profile, alertTopic, criticalTopic } = props;
    checkDatabase(this, props);
    const removalPolicy = props.removalPolicy ?? (profile.removalPolicy === RemovalPolicy.RETAIN ? RemovalPolicy.SNAPSHOT : profile.removalPolicy);
    this.encryptionKey = props.encryptionKey ?? new ComplianceKey(this, 'Key', {
      // A snapshot without its key would be lost.
      profile, removalPolicy: removalPolicy === RemovalPolicy.DESTROY ? profile.removalPolicy : RemovalPolicy.RETAIN,
    }).key;
    const made = makeCluster(this, {
      profile, encryptionKey: this.encryptionKey, removalPolicy, options: props,
      deletionProtection: props.deletionProtection ?? profile.deletionProtection,
    });
    this.cluster = made.cluster;
    this.logGroups = made.logGroups;
    this.secret = secretsmanager.Secret.fromSecretAttributes(this, 'Secret', {
      secretCompleteArn: made.resource.attrMasterUserSecretSecretArn, encryptionKey: this.encryptionKey,
    });
    this.parameters = props.parameters ?? new ParameterHierarchy(this, 'Parameters', {
      organizationName, profile, encryptionKey: this.encryptionKey, tags: props.tags, alertTopic,
    });
    addDatabaseParameters(this.parameters, { cluster: this.cluster, secret: this.secret, password: props.passwordParameter ?? false });
    if (props.alarms ?? true) {
      this.alarms = makeDatabaseAlarms(this, {
        environment: profile.name, clusterIdentifier: this.cluster.clusterIdentifier, thresholds: props.alarmThresholds,
        readers: made.capacity.readers > 0, memoryBytes: made.capacity.memoryBytes, topic: alertTopic,
      });
    }
    if (criticalTopic) { announceFailures(this, profile.name, this.cluster, criticalTopic); }
    warnAboutDatabase(this, props);
    applyGovernanceTags(this, organizationName, profile.name, props.tags);
  }
}
