import { ConfigServiceClient, ConfigServiceClientConfig } from '@aws-sdk/client-config-service';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { MemberScope, readerRoleName } from '../../../src/events/contract';
import { described, isDenied } from '../../shared/aws-error';
import { HTTP_TIMEOUTS } from '../../shared/clients';
import { ConfigReader, MemberDenied } from '../truth-ports';
import { ConfigAggregatorReader } from './config-aggregator-reader';
import { ConfigComplianceReader } from './config-compliance-reader';
import { ConfigRecorderReader } from './config-recorder-reader';

/** AWS publishes no rate of these calls: the client learns it from refusals, and slows down. */
const CONFIG_CLIENT: ConfigServiceClientConfig = { maxAttempts: 8, retryMode: 'adaptive', requestHandler: HTTP_TIMEOUTS };

export interface MemberReadersOptions {
  /** The hub's own account, which is read without a role, and its region, where an aggregator stands. */
  readonly own: MemberScope;
  readonly partition: string;
  readonly readerRolePrefix: string;
  readonly aggregatorName?: string;
}

/** Reads AWS Config of each account and region: there, by a role that trusts the hub; or all of them from an aggregator. */
export class MemberReaders {
  constructor(private readonly sts: STSClient, private readonly options: MemberReadersOptions) {}

  /** Throws MemberDenied. */
  public async of(scope: MemberScope): Promise<ConfigReader> {
    const { own, aggregatorName } = this.options;
    if (aggregatorName !== undefined) {
      return new ConfigAggregatorReader(new ConfigServiceClient({ ...CONFIG_CLIENT, region: own.region }), aggregatorName, scope);
    }
    const credentials = scope.account === own.account ? {} : { credentials: await this.credentialsOf(scope) };
    const client = new ConfigServiceClient({ ...CONFIG_CLIENT, region: scope.region, ...credentials });
    return new ConfigComplianceReader(client, new ConfigRecorderReader(client));
  }

  private async credentialsOf({ account, region }: MemberScope) {
    const { partition, readerRolePrefix } = this.options;
    const RoleArn = `arn:${partition}:iam::${account}:role/${readerRoleName(readerRolePrefix, region)}`;
    try {
      const { Credentials } = await this.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'compliance-backfill', DurationSeconds: 3_600 }));
      const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials ?? {};
      if (!accessKeyId || !secretAccessKey) throw new Error(`STS gave no credentials for ${RoleArn}`);
      return { accessKeyId, secretAccessKey, sessionToken };
    } catch (error) {
      if (!isDenied(error)) throw error;
      throw new MemberDenied(`${RoleArn} cannot be assumed (${described(error).name}): its forwarder makes it unless readerRole is false; `
        + 'prefix, hub and region must be the same on both sides, and no policy of the organization may deny it');
    }
  }
}
