import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { applyGovernanceTags } from './apply-governance-tags';
import { ExistingDatabaseOptions } from './compliance-database-options';
import { DatabaseAlarms } from './database-alarms';
import { DatabaseBase } from './database-base';
import { checkWatch } from './database-checks';
import { addDatabaseParameters } from './database-parameters';
import { EnvironmentProfile } from './environment-profile';
import { GovernanceTags } from './governance-tags';
import { ParameterHierarchy } from './parameter-hierarchy';
import { announceFailures, makeDatabaseAlarms } from './watch-database';

/** What a system, or another whole, knows of the environment that its database belongs to. */
export interface DatabaseContext {
  readonly organizationName: string;
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
  readonly parameters?: ParameterHierarchy;
  readonly alertTopic?: sns.ITopic;
  readonly criticalTopic?: sns.ITopic;
  readonly tags?: GovernanceTags;
}

export interface WatchedDatabaseProps extends ExistingDatabaseOptions, DatabaseContext {}

/** A database that somebody else made, with the parameters and alarms of an environment. */
export class WatchedDatabase extends DatabaseBase {
  public readonly cluster: rds.IDatabaseCluster;
  public readonly secret: secretsmanager.ISecret;
  public readonly alarms?: DatabaseAlarms;

  constructor(scope: Construct, id: string, props: WatchedDatabaseProps) {
    super(scope, id);
    const { cluster, secret, organizationName, profile, encryptionKey, alertTopic, criticalTopic, tags } = props;
    checkWatch('DatabaseSource.fromCluster', props);
    this.cluster = cluster;
    this.secret = secret;
    const parameters = props.parameters ?? new ParameterHierarchy(this, 'Parameters', { organizationName, profile, encryptionKey, tags, alertTopic });
    addDatabaseParameters(parameters, { cluster, secret, password: props.passwordParameter ?? false });
    if (props.alarms ?? true) {
      this.alarms = makeDatabaseAlarms(this, {
        environment: profile.name, clusterIdentifier: cluster.clusterIdentifier, thresholds: props.alarmThresholds,
        // It may have some: an alarm without figures stays quiet.
        readers: true, topic: alertTopic,
      });
    }
    if (criticalTopic) { announceFailures(this, profile.name, cluster, criticalTopic); }
    applyGovernanceTags(this, organizationName, profile.name, tags);
  }
}
