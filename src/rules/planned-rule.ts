import * as config from 'aws-cdk-lib/aws-config';
import { IConstruct } from 'constructs';
import { FrameworkControl } from './compliance-framework';
import { RuleTrigger } from './config-rule-info';

/** A rule that AWS wrote, one in Guard, or one that a function decides. */
export type RuleSource =
  | { readonly kind: 'managed'; readonly identifier: string }
  | { readonly kind: 'guard'; readonly policyText: string; readonly debugLog: boolean }
  | { readonly kind: 'function'; readonly functionArn: string };

/** A rule before it is decided how it gets to AWS Config. */
export interface PlannedRule {
  /** AWS's identifier, or the name of a rule of the consumer's. */
  readonly identifier: string;
  /** Construct id; a logical id follows from it, so it depends on the identifier alone. */
  readonly id: string;
  readonly description: string;
  readonly trigger: RuleTrigger;
  readonly controls: FrameworkControl[];
  readonly resourceTypes: string[];
  readonly parameters: { [name: string]: string };
  /** As the consumer gave it. Else the rule gets none, and AWS's default holds: AWS refuses one where only changes trigger a rule. */
  readonly periodicFrequency?: config.MaximumExecutionFrequency;
  readonly source: RuleSource;
  /** What must be there before AWS Config accepts the rule. */
  readonly dependencies: IConstruct[];
}

/** Where a rule ended up. */
export interface DeployedRule {
  readonly ruleName: string;
  readonly packName?: string;
}

/** What AWS Config tells a rule of the consumer's. An item above 256 KB comes as the second kind: without it, it would not be evaluated. */
function messageTypes(rule: PlannedRule): { messageType: string; frequency?: string }[] {
  const messages: { messageType: string; frequency?: string }[] = [];
  if (rule.trigger !== RuleTrigger.PERIODIC) {
    messages.push({ messageType: 'ConfigurationItemChangeNotification' }, { messageType: 'OversizedConfigurationItemChangeNotification' });
  }
  if (rule.trigger !== RuleTrigger.CHANGE) {
    messages.push({ messageType: 'ScheduledNotification', frequency: rule.periodicFrequency });
  }
  return messages;
}

/** Where changes trigger a rule, only those of what it evaluates. AWS takes no resource types for a rule that time alone triggers. */
function scopeTypes(rule: PlannedRule): string[] {
  return rule.trigger === RuleTrigger.PERIODIC ? [] : rule.resourceTypes;
}

/** A managed rule's frequency stands on the rule, that of a rule of the consumer's with its messages. */
function managedFrequency(rule: PlannedRule): string | undefined {
  return rule.source.kind === 'managed' ? rule.periodicFrequency : undefined;
}

/** What AWS Config is told of a rule, be it a resource or a line in a pack. */
export function rulePropsOf(rule: PlannedRule): config.CfnConfigRuleProps {
  const types = scopeTypes(rule);
  return {
    description: rule.description,
    inputParameters: Object.keys(rule.parameters).length > 0 ? rule.parameters : undefined,
    maximumExecutionFrequency: managedFrequency(rule),
    scope: types.length > 0 ? { complianceResourceTypes: types } : undefined,
    source: sourceOf(rule),
  };
}

function sourceOf(rule: PlannedRule): config.CfnConfigRule.SourceProperty {
  const { source } = rule;
  if (source.kind === 'managed') { return { owner: 'AWS', sourceIdentifier: source.identifier }; }
  const sourceDetails = messageTypes(rule).map(({ messageType, frequency }) => (
    { eventSource: 'aws.config', messageType, maximumExecutionFrequency: frequency }
  ));
  return source.kind === 'function'
    ? { owner: 'CUSTOM_LAMBDA', sourceIdentifier: source.functionArn, sourceDetails }
    : {
      owner: 'CUSTOM_POLICY',
      sourceDetails,
      customPolicyDetails: { policyRuntime: 'guard-2.x.x', policyText: source.policyText, enableDebugLogDelivery: source.debugLog },
    };
}
