import {
  ConfigRule, ConfigServiceClient, DescribeConfigRulesCommand, DescribeConfigRulesCommandOutput, GetComplianceDetailsByConfigRuleCommand,
  GetComplianceDetailsByConfigRuleCommandOutput,
} from '@aws-sdk/client-config-service';
import { ConfigReader, Found, ListedRule, RecorderReader } from '../truth-ports';
import { foundOf, told } from './config-answers';

/** The most that AWS gives. https://docs.aws.amazon.com/config/latest/APIReference/API_GetComplianceDetailsByConfigRule.html */
const RESULTS_A_PAGE = 100;

/** AWS Config of one account and region, asked there. */
export class ConfigComplianceReader implements ConfigReader {
  constructor(private readonly client: ConfigServiceClient, public readonly recorder: RecorderReader) {}

  public async rules(): Promise<ListedRule[]> {
    const rules: ListedRule[] = [];
    let token: string | undefined;
    do {
      const page: DescribeConfigRulesCommandOutput = await told(() => this.client.send(new DescribeConfigRulesCommand({ NextToken: token })));
      rules.push(...(page.ConfigRules ?? []).map(listed));
      token = page.NextToken || undefined;
    } while (token !== undefined);
    return rules;
  }

  public async* results(rule: string): AsyncGenerator<Found[]> {
    let token: string | undefined;
    do {
      const command = () => new GetComplianceDetailsByConfigRuleCommand({ ConfigRuleName: rule, Limit: RESULTS_A_PAGE, NextToken: token });
      const page: GetComplianceDetailsByConfigRuleCommandOutput = await told(() => this.client.send(command()));
      yield (page.EvaluationResults ?? []).map(foundOf);
      token = page.NextToken || undefined;
    } while (token !== undefined);
  }
}

function listed({ ConfigRuleName, ConfigRuleState, Scope }: ConfigRule): ListedRule {
  if (!ConfigRuleName) throw new Error('AWS Config listed a rule without a name');
  return {
    name: ConfigRuleName,
    beingDeleted: ConfigRuleState === 'DELETING' || ConfigRuleState === 'DELETING_RESULTS',
    types: Scope?.ComplianceResourceTypes ?? [],
  };
}
