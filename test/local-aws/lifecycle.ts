/** The life of an app's stacks on the local AWS: deployed, changed, broken in mid-update, deleted; also while every function is denied everything. */
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { ConfigServiceClient, DescribeConfigRulesCommand, DescribeConfigurationRecordersCommand } from '@aws-sdk/client-config-service';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient, paginateListKeys } from '@aws-sdk/client-kms';
import { DescribeDBClustersCommand, DescribeDBClusterSnapshotsCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, paginateDescribeParameters, SSMClient } from '@aws-sdk/client-ssm';
import { App, Stack } from 'aws-cdk-lib';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { clientConfig } from './clients';
import { readAssembly } from './cloud-assembly';
import { deleteStack, deployAssembly } from './deploy';
import { LocalAws } from './local-aws';

/** Environment of a server whose functions do not wait half a minute for a permission that never comes. */
export const IMPATIENT_FUNCTIONS = { NODE_OPTIONS: `--require ${join(__dirname, 'short-waits.cjs')}` };

/** Which template of an app is wanted. */
export interface Variant {
  /** Something of each part differs from the first deployment: a value, a size, a revision. */
  readonly changed?: boolean;
  /** Nothing is protected against its deletion. */
  readonly unprotected?: boolean;
}

/** Builds the app's stacks. Two variants differ in what the variant says, and in nothing else. */
export type Build<V extends object = Variant> = (app: App, variant: V) => void;

/** What an account holds, by kind of resource: names, and what matters of their content. */
export type Holdings = { readonly [kind: string]: readonly string[] };

export interface LifeOptions<V extends object = Variant> {
  readonly aws: LocalAws;
  /** A directory for assemblies. */
  readonly scratch: string;
  /** Each life has an account of its own, so that several go on side by side. */
  readonly account: string;
  readonly build: Build<V>;
  /** What has to be in the account before. */
  readonly prepare?: (config: ReturnType<typeof clientConfig>) => Promise<void>;
}

/** How an operation ended. */
export interface Ended {
  /** Of all stacks, each once. */
  readonly statuses: string[];
  /** What failed, if something did. */
  readonly why: string;
}

/** One app in one account. */
export class Life<V extends object = Variant> {
  public static async begin<W extends object = Variant>(options: LifeOptions<W>): Promise<Life<W>> {
    const life = new Life(options);
    await options.prepare?.(life.config);
    return life;
  }

  private assemblies = 0;

  private constructor(private readonly options: LifeOptions<V>) {}

  /** Creates or updates. */
  public deploy(variant: V): Promise<Ended> {
    return this.send(variant, false);
  }

  /** The same with one more resource in each stack that fails when all else is done, so that all else has to be taken back. */
  public deployBroken(variant: V): Promise<Ended> {
    return this.send(variant, true);
  }

  /** Whether functions of the account are denied every call from now on. */
  public async denyFunctions(denied: boolean): Promise<void> {
    const body = JSON.stringify({ account: this.options.account, denied });
    const { status } = await fetch(`${this.options.aws.endpoint}/_local/deny-functions`, { method: 'POST', body });
    if (status !== 200) throw new Error(`The functions of ${this.options.account} could not be denied: ${status}`);
  }

  /** Deletes all stacks, the last one first, or throws with what could not be deleted. */
  public async delete(): Promise<void> {
    const { aws: { endpoint, region }, account } = this.options;
    for (const stackName of await this.stackNames()) await deleteStack({ endpoint, region, account, stackName });
  }

  /** The physical id of each resource of each stack. */
  public async resources(): Promise<string[]> {
    const client = new CloudFormationClient(this.config);
    const found: string[] = [];
    for (const StackName of await this.stackNames()) {
      for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
        found.push(...StackResourceSummaries.map(({ LogicalResourceId, PhysicalResourceId }) => `${StackName}/${LogicalResourceId} ${PhysicalResourceId}`));
      }
    }
    return found.sort();
  }

  /** What the account holds, whoever made it; CDK's own bootstrap left out. */
  public async holdings(): Promise<Holdings> {
    const rds = new RDSClient(this.config);
    const service = new ConfigServiceClient(this.config);
    const [buckets, tables, clusters, instances, snapshots, secrets, recorders, rules] = await Promise.all([
      new S3Client({ ...this.config, forcePathStyle: true }).send(new ListBucketsCommand({})),
      new DynamoDBClient(this.config).send(new ListTablesCommand({})),
      rds.send(new DescribeDBClustersCommand({})),
      rds.send(new DescribeDBInstancesCommand({})),
      rds.send(new DescribeDBClusterSnapshotsCommand({})),
      new SecretsManagerClient(this.config).send(new ListSecretsCommand({ MaxResults: 100 })),
      service.send(new DescribeConfigurationRecordersCommand({})),
      service.send(new DescribeConfigRulesCommand({})),
    ]);
    return sorted({
      buckets: buckets.Buckets!.map(({ Name }) => Name!).filter(name => !name.startsWith('cdk-')),
      tables: tables.TableNames!,
      clusters: clusters.DBClusters!.map(({ DBClusterIdentifier, BackupRetentionPeriod, DeletionProtection }) =>
        `${DBClusterIdentifier} ${BackupRetentionPeriod} days${DeletionProtection ? ' protected' : ''}`),
      instances: instances.DBInstances!.map(({ DBInstanceIdentifier, DBInstanceClass }) => `${DBInstanceIdentifier} ${DBInstanceClass}`),
      snapshots: snapshots.DBClusterSnapshots!.map(({ DBClusterIdentifier }) => `of ${DBClusterIdentifier}`),
      secrets: secrets.SecretList!.map(({ Name }) => Name!),
      recorders: recorders.ConfigurationRecorders!.map(({ name, roleARN }) => `${name} ${roleARN}`),
      rules: rules.ConfigRules!.map(({ ConfigRuleName, InputParameters = '' }) => `${ConfigRuleName} ${InputParameters}`),
      parameters: await this.parameters(),
      keys: await this.keys(),
      logGroups: await this.logGroups(),
    });
  }

  /** What a stack tells. */
  public async outputs(StackName: string): Promise<{ readonly [name: string]: string }> {
    const { Stacks } = await new CloudFormationClient(this.config).send(new DescribeStacksCommand({ StackName }));
    return Object.fromEntries(Stacks![0].Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
  }

  /** For clients in its account. */
  public get config(): ReturnType<typeof clientConfig> {
    const { aws, account } = this.options;
    return clientConfig(aws.endpoint, account, aws.region);
  }

  /** Those that are not about to be deleted. */
  private async keys(): Promise<string[]> {
    const client = new KMSClient(this.config);
    const found: string[] = [];
    for await (const { Keys = [] } of paginateListKeys({ client }, {})) {
      for (const { KeyId } of Keys) {
        const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
        if (KeyMetadata!.KeyState === 'Enabled' && KeyMetadata!.KeyManager === 'CUSTOMER') found.push(`${KeyId} ${KeyMetadata!.Description}`);
      }
    }
    return found;
  }

  /** Those that expire. A function that runs once more after its group was deleted makes one here that does not; on AWS its role may not. */
  private async logGroups(): Promise<string[]> {
    const client = new CloudWatchLogsClient(this.config);
    const found: string[] = [];
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
      found.push(...logGroups.filter(({ retentionInDays }) => retentionInDays).map(({ logGroupName, retentionInDays }) => `${logGroupName} ${retentionInDays} days`));
    }
    return found;
  }

  private async parameters(): Promise<string[]> {
    const client = new SSMClient(this.config);
    const found: string[] = [];
    for await (const { Parameters = [] } of paginateDescribeParameters({ client, pageSize: 10 }, {})) {
      const Names = Parameters.map(({ Name }) => Name!).filter(name => !name.startsWith('/cdk-bootstrap/'));
      if (!Names.length) continue;
      const { Parameters: values } = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
      found.push(...values!.map(({ Name, Type, Value }) => `${Name} ${Type} ${Value}`));
    }
    return found;
  }

  private async send(variant: V, broken: boolean): Promise<Ended> {
    const { aws: { endpoint, region }, account, scratch, build } = this.options;
    const assemblyDir = join(scratch, account, String(this.assemblies++));
    const app = new App({ outdir: assemblyDir, analyticsReporting: false });
    build(app, variant);
    if (broken) for (const stack of app.node.findAll().filter(Stack.isStack)) breakStack(stack);
    app.synth();
    const why = await deployAssembly({ endpoint, region, account, assemblyDir }).then(() => '', ({ message }: Error) => message);
    if (why && !/^The stack \S+ ended in /.test(why)) throw new Error(why);
    const stacks = await this.stacks();
    const statuses = readAssembly(assemblyDir, { account, region }).map(({ name }) => stacks.get(name) ?? 'NONE');
    return { statuses: [...new Set(statuses)].sort(), why };
  }

  /** The youngest first. */
  private async stackNames(): Promise<string[]> {
    return [...(await this.stacks()).keys()].reverse();
  }

  private async stacks(): Promise<Map<string, string>> {
    const { Stacks = [] } = await new CloudFormationClient(this.config).send(new DescribeStacksCommand({}));
    const alive = Stacks.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
      .sort((one, other) => one.CreationTime!.getTime() - other.CreationTime!.getTime());
    return new Map(alive.map(stack => [stack.StackName!, stack.StackStatus!]));
  }
}

function breakStack(stack: Stack): void {
  const broken = new CfnParameter(stack, 'Broken', { type: 'Impossible', value: 'no' });
  // What CDK adds for its bootstrap is no resource.
  broken.node.addDependency(...stack.node.children.filter(child => child !== broken && !/BootstrapVersion$/.test(child.node.id)));
}

const sorted = (holdings: { [kind: string]: string[] }): Holdings =>
  Object.fromEntries(Object.entries(holdings).filter(([, names]) => names.length).map(([kind, names]) => [kind, names.sort()]));
