import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { IComplianceDatabase } from './compliance-database-props';
import { DatabaseAlarms } from './database-alarms';
import { databaseMetric } from './watch-database';
import { grantKeyThrough } from '../private/key-use';
import { secretArnOf } from '../private/secret-use';

/**
 * What every database can do, be it new or brought along.
 *
 * @internal
 */
export abstract class DatabaseBase extends Construct implements IComplianceDatabase {
  /** The cluster. */
  public abstract readonly cluster: rds.IDatabaseCluster;
  /** Secret of the master user, with `username` and `password`. */
  public abstract readonly secret: secretsmanager.ISecret;
  /** Its alarms; absent when they are switched off. */
  public abstract readonly alarms?: DatabaseAlarms;

  /** Who gets through to the database: `connections.allowDefaultPortFrom(...)`. */
  public get connections(): ec2.Connections {
    return this.cluster.connections;
  }

  /**
   * Lets somebody connect with IAM, without a password, as a database user that was made with the plugin `AWSAuthenticationPlugin`. Who
   * connects also needs the network: `connections.allowDefaultPortFrom`.
   *
   * @param grantee Who may.
   * @param databaseUser The user in the database.
   */
  public grantConnect(grantee: iam.IGrantable, databaseUser: string): iam.Grant {
    return this.cluster.grantConnect(grantee, databaseUser);
  }

  /**
   * Lets somebody of this account read the secret of the master user. The key's policy has to leave that to IAM, as CDK's keys do.
   *
   * @param grantee Who may.
   */
  public grantReadSecret(grantee: iam.IGrantable): iam.Grant {
    // Not CDK's own grant, which depends on feature flags of the app.
    const secretArn = secretArnOf(this.secret);
    grantKeyThrough(this, this.secret.encryptionKey, grantee, 'secretsmanager', ['kms:Decrypt'], { 'kms:EncryptionContext:SecretARN': secretArn });
    return iam.Grant.addToPrincipal({
      grantee, actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], resourceArns: [secretArn],
    });
  }

  /**
   * A metric of the cluster, over all its instances.
   *
   * @param metricName Its name in the namespace AWS/RDS.
   * @param options What differs from an average over five minutes.
   */
  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return databaseMetric(this.cluster.clusterIdentifier, metricName, options);
  }

  /**
   * Connections, on average of the instances.
   *
   * @param options What differs.
   */
  public metricDatabaseConnections(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('DatabaseConnections', options);
  }

  /**
   * CPU use in percent, on average of the instances.
   *
   * @param options What differs.
   */
  public metricCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CPUUtilization', options);
  }

  /**
   * Free memory in bytes, on average of the instances.
   *
   * @param options What differs.
   */
  public metricFreeableMemory(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('FreeableMemory', options);
  }
}
