import {
  ConfigServiceClient, DescribeAggregateComplianceByConfigRulesCommand, DescribeAggregateComplianceByConfigRulesCommandOutput,
  DescribeConfigurationAggregatorSourcesStatusCommand, DescribeConfigurationAggregatorSourcesStatusCommandOutput,
  GetAggregateComplianceDetailsByConfigRuleCommand, GetAggregateComplianceDetailsByConfigRuleCommandOutput,
} from '@aws-sdk/client-config-service';
import { MemberScope } from '../../../src/events/contract';
import { ConfigReader, Found, ListedRule, MemberDenied } from '../truth-ports';
import { foundOf, told } from './config-answers';

const RESULTS_A_PAGE = 100;
/**
 * How far behind its sources an aggregator may be, in milliseconds. AWS says neither how long a copy takes nor when the last one was: the time
 * of its status is that of the last check of permissions.
 */
const COPY_LAG = 6 * 3_600_000;

/** AWS Config of one account and region, as an aggregator of the hub's account has it. It says nothing of recorders. */
export class ConfigAggregatorReader implements ConfigReader {
  private readonly aggregator: { readonly ConfigurationAggregatorName: string };

  constructor(
    private readonly client: ConfigServiceClient, aggregatorName: string, private readonly scope: MemberScope,
    private readonly now = () => new Date(),
  ) {
    this.aggregator = { ConfigurationAggregatorName: aggregatorName };
  }

  public async rules(): Promise<ListedRule[]> {
    const rules: ListedRule[] = [];
    const Filters = { AccountId: this.scope.account, AwsRegion: this.scope.region };
    let token: string | undefined;
    do {
      const command = () => new DescribeAggregateComplianceByConfigRulesCommand({ ...this.aggregator, Filters, NextToken: token });
      const page: DescribeAggregateComplianceByConfigRulesCommandOutput = await told(() => this.client.send(command()));
      for (const { ConfigRuleName } of page.AggregateComplianceByConfigRules ?? []) if (ConfigRuleName) rules.push({ name: ConfigRuleName });
      token = page.NextToken || undefined;
    } while (token !== undefined);
    return rules;
  }

  public async* results(rule: string): AsyncGenerator<Found[]> {
    const { account: AccountId, region: AwsRegion } = this.scope;
    let token: string | undefined;
    do {
      const command = () => new GetAggregateComplianceDetailsByConfigRuleCommand({
        ...this.aggregator, ConfigRuleName: rule, AccountId, AwsRegion, Limit: RESULTS_A_PAGE, NextToken: token,
      });
      const page: GetAggregateComplianceDetailsByConfigRuleCommandOutput = await told(() => this.client.send(command()));
      // Empty pages with a token are common here.
      yield (page.AggregateEvaluationResults ?? []).map(foundOf);
      token = page.NextToken || undefined;
    } while (token !== undefined);
  }

  /** Only where the aggregator covers this account and region, and the copy does not fail. */
  public async asOf(): Promise<string> {
    const { account, region } = this.scope;
    let isCovered = false;
    let token: string | undefined;
    do {
      const command = () => new DescribeConfigurationAggregatorSourcesStatusCommand({ ...this.aggregator, NextToken: token });
      const page: DescribeConfigurationAggregatorSourcesStatusCommandOutput = await told(() => this.client.send(command()));
      for (const { SourceId, SourceType, AwsRegion, LastUpdateStatus, LastErrorMessage } of page.AggregatedSourceStatusList ?? []) {
        const isOfAll = SourceType === 'ORGANIZATION';
        if (!isOfAll && (SourceId !== account || AwsRegion !== region)) continue;
        if (LastUpdateStatus !== 'SUCCEEDED') throw new MemberDenied(`the aggregator's copy is ${LastUpdateStatus ?? 'of an unknown state'}${LastErrorMessage ? `: ${LastErrorMessage}` : ''}`);
        isCovered = true;
      }
      token = page.NextToken || undefined;
    } while (token !== undefined);
    if (!isCovered) throw new MemberDenied('the aggregator does not cover this account and region');
    return new Date(this.now().getTime() - COPY_LAG).toISOString();
  }
}
