/** The demo's first part: what stands in each environment and in the account, what it costs, and a database password that follows its secret. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { ConfigServiceClient, DescribeConfigurationRecorderStatusCommand, paginateDescribeConfigRules } from '@aws-sdk/client-config-service';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand, Rule } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from './clients';
import { fetchFrom, pageOf } from './dashboard-page';
import { columns, heading, paint, paragraph } from './demo-print';
import { EnvironmentName, ENVIRONMENTS, LocalSystem } from './system';
import { deploymentsPartition } from '../../src/drift/contract';
import { OWN_PARAMETERS } from '../../src/foundation/contract';

const PAGES = join(__dirname, '..', '..', '.local');
const HOUR = 3600;

export class FoundationDemo {
  private readonly config: ReturnType<typeof clientConfig>;

  constructor(private readonly system: LocalSystem, private readonly costs: string[]) {
    this.config = clientConfig(system.endpoint, system.accounts.monitoring, system.region);
  }

  public async play(): Promise<void> {
    heading('What stands in each environment');
    columns(['environment', 'database', 'readers', 'backups kept', 'deletion protection', 'password parameter', 'deployments recorded'],
      await Promise.all(ENVIRONMENTS.map((environment) => this.environment(environment))));
    for (const line of this.costs) console.log(`  ${line}`);
    heading('What the account has once, from the stack of Prod');
    await this.account();
    heading('A database password is rotated in Staging');
    await this.rotation('Staging');
  }

  /** Draws each environment's dashboard with the values that there are. */
  public async dashboards(): Promise<void> {
    const client = new CloudWatchClient(this.config);
    mkdirSync(PAGES, { recursive: true });
    for (const environment of ENVIRONMENTS) {
      const DashboardName = this.system.environments[environment].outputs.DashboardURL.split('/').at(-1)!;
      const { DashboardBody } = await client.send(new GetDashboardCommand({ DashboardName }));
      const now = Math.ceil(Date.now() / 1000);
      const file = join(PAGES, `dashboard-${environment}.html`);
      writeFileSync(file, await pageOf(DashboardBody!, fetchFrom(client), now - HOUR, now));
      console.log(`  ${environment.padEnd(8)} ${file}`);
    }
  }

  private async environment(environment: EnvironmentName): Promise<string[]> {
    const { outputs } = this.system.environments[environment];
    const rds = new RDSClient(this.config);
    const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
    const cluster = DBClusters.find(({ Endpoint }) => Endpoint === outputs.AuroraClusterEndpoint)!;
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    const instances = DBInstances.filter(({ DBClusterIdentifier }) => DBClusterIdentifier === cluster.DBClusterIdentifier);
    const { Type, Version } = await this.password(environment);
    return [
      environment, `${instances[0].DBInstanceClass} ${cluster.EngineVersion}`, String(instances.length - 1), `${cluster.BackupRetentionPeriod} days`,
      cluster.DeletionProtection ? 'on' : 'off', `${Type}, version ${Version}`, await this.deployments(environment),
    ];
  }

  private async deployments(environment: EnvironmentName): Promise<string> {
    const { Items = [] } = await new DynamoDBClient(this.config).send(new QueryCommand({
      TableName: this.system.environments[environment].outputs.StateTableName,
      KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: deploymentsPartition(environment) } },
    }));
    return Items.map(({ outcome, status }) => `${outcome?.S} (${status?.S})`).join(', ') || 'none';
  }

  private async account(): Promise<void> {
    const config = new ConfigServiceClient(this.config);
    const { ConfigurationRecordersStatus = [] } = await config.send(new DescribeConfigurationRecorderStatusCommand({}));
    for (const { name, recording } of ConfigurationRecordersStatus) {
      console.log(`  Config recorder ${name}: ${recording ? paint.green('recording') : paint.red('stopped')}`);
    }
    const { rules } = this.system.environments.Prod;
    let named = 0;
    let example = '';
    for await (const { ConfigRules = [] } of paginateDescribeConfigRules({ client: config }, {})) {
      named += ConfigRules.length;
      example ||= ConfigRules.find(({ Source }) => Source?.SourceIdentifier === 'IAM_PASSWORD_POLICY')?.Description ?? '';
    }
    const controls = new Set(rules.flatMap((rule) => rule.controls));
    console.log(`  ${named} Config rules, which serve ${controls.size} controls; IAM_PASSWORD_POLICY says:`);
    paragraph(example, 4);
  }

  /** RDS changes the secret; the schedule finds that its version is another one, and the parameter follows. Here the schedule is not waited for. */
  private async rotation(environment: EnvironmentName): Promise<void> {
    const { databaseSecretArn: secret, outputs } = this.system.environments[environment];
    const before = await this.password(environment);
    const response = await fetch(`${this.system.endpoint}/_local/rotate-secret`, {
      method: 'POST', body: JSON.stringify({ account: this.system.accounts.monitoring, region: this.system.region, secret }),
    });
    if (!response.ok) throw new Error(`rotate-secret: ${await response.text()}`);
    await this.fireSchedule(outputs.ParameterStorePrefix);
    const after = await this.password(environment);
    const { SecretString } = await new SecretsManagerClient(this.config).send(new GetSecretValueCommand({ SecretId: secret }));
    const same = (JSON.parse(SecretString!) as { password: string }).password === after.Value;
    console.log(`  ${OWN_PARAMETERS.databasePassword}: version ${before.Version} became ${after.Version}; it holds what the secret holds: `
      + (same ? paint.green('yes') : paint.red('no')));
    if (!same || after.Version === before.Version) throw new Error('the parameter did not follow the secret');
  }

  /** Sends what the rule's schedule would send in an hour at the latest. */
  private async fireSchedule(prefix: string): Promise<void> {
    const events = new EventBridgeClient(this.config);
    for (const { Name, ScheduleExpression } of await scheduled(events)) {
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
      const target = Targets.find(({ Input }) => Input?.includes(`"${prefix}/${OWN_PARAMETERS.databasePassword}"`));
      if (!target) continue;
      console.log(paint.dim(`  The schedule, ${ScheduleExpression}, invokes its function.`));
      const { FunctionError } = await new LambdaClient(this.config).send(new InvokeCommand({ FunctionName: target.Arn, Payload: target.Input }));
      if (FunctionError) throw new Error(`the function that follows secrets failed: ${FunctionError}`);
      return;
    }
    throw new Error(`no schedule follows the secret of ${prefix}`);
  }

  private async password(environment: EnvironmentName) {
    const Name = `${this.system.environments[environment].outputs.ParameterStorePrefix}/${OWN_PARAMETERS.databasePassword}`;
    return (await new SSMClient(this.config).send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter!;
  }
}

async function scheduled(events: EventBridgeClient): Promise<Rule[]> {
  const rules: Rule[] = [];
  let token: string | undefined;
  do {
    const { Rules = [], NextToken }: { Rules?: Rule[]; NextToken?: string } = await events.send(new ListRulesCommand({ NextToken: token }));
    rules.push(...Rules.filter(({ ScheduleExpression }) => ScheduleExpression));
    token = NextToken;
  } while (token);
  return rules;
}
