import * as fs from 'fs';
import { Stack, Token } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { ServedControl } from './compliance-framework';
import { RuleTrigger } from './config-rule-info';
import { describeRule } from './describe-rule';
import { ownControls } from './framework-data';
import { PlannedRule, RuleSource } from './planned-rule';
import { requireParameterSize, requireResourceTypes } from './rule-limits';
import { acknowledgeResources, acknowledgeRule } from '../private/acknowledge';
import { refuse, requireText } from '../private/validation';

/** AWS Config's longest policy in Guard, in characters. */
const MAX_POLICY_LENGTH = 10_000;

/**
 * What rules of your own have in common.
 */
export interface CustomConfigRuleOptions {
  /**
   * What it checks, in a sentence. Up to 200 characters; the controls that it serves are added.
   *
   * @default 'Rule of your own.'
   */
  readonly description?: string;

  /**
   * Controls that it serves by your own judgement.
   *
   * @default - none
   */
  readonly controls?: ServedControl[];

  /**
   * Parameters that it gets. Up to 1,024 characters as JSON.
   *
   * @default - none
   */
  readonly parameters?: { [name: string]: string };
}

/**
 * Options of a rule written in Guard. One of `policyText` and `policyFile`.
 */
export interface GuardRuleOptions extends CustomConfigRuleOptions {
  /**
   * The policy, in the schema of AWS Config's items: that of CloudFormation evaluates to `NOT_APPLICABLE`. Up to 10,000 characters.
   *
   * @default - the text of `policyFile`
   */
  readonly policyText?: string;

  /**
   * A file with the policy, read at synth. A relative path counts from the working directory.
   *
   * @default - `policyText`
   */
  readonly policyFile?: string;

  /**
   * What it evaluates: 1 to 100 resource types, such as `AWS::SQS::Queue`.
   */
  readonly resourceTypes: string[];

  /**
   * Whether AWS Config writes what the policy prints to CloudWatch Logs, in a log group that it makes itself and that never expires.
   *
   * @default false
   */
  readonly debugLog?: boolean;
}

/**
 * Options of a rule that a function of yours decides.
 */
export interface FunctionRuleOptions extends CustomConfigRuleOptions {
  /**
   * The function. AWS Config of this account may invoke it, and its role may hand in evaluations; for an imported function see to both
   * yourself where CDK warns that it cannot.
   */
  readonly lambdaFunction: lambda.IFunction;

  /**
   * What it evaluates: 1 to 100 resource types. Without them a change of any resource in the account would invoke it.
   *
   * @default - changes do not invoke it; then `periodic` must be set
   */
  readonly resourceTypes?: string[];

  /**
   * How often it is invoked by time.
   *
   * @default - not by time
   */
  readonly periodic?: config.MaximumExecutionFrequency;
}

interface CustomRuleBody {
  readonly trigger: RuleTrigger;
  readonly resourceTypes: string[];
  readonly periodicFrequency?: config.MaximumExecutionFrequency;
  readonly options: CustomConfigRuleOptions;
  readonly source: RuleSource;
  /** Makes what must be there before the rule. */
  readonly prepare: (scope: Construct, id: string) => IConstruct[];
}

/**
 * A rule of your own.
 */
export class CustomConfigRule {
  /**
   * A rule written in Guard, which AWS Config evaluates itself whenever a resource changes.
   *
   * @param name Its name in the rule set: up to 64 lower-case letters, digits and hyphens, the first a letter. The logical id follows from it.
   * @param options The policy and what it evaluates.
   */
  public static guard(name: string, options: GuardRuleOptions): CustomConfigRule {
    requireResourceTypes('GuardRuleOptions.resourceTypes', options.resourceTypes);
    return new CustomConfigRule(name, {
      trigger: RuleTrigger.CHANGE,
      resourceTypes: options.resourceTypes,
      options,
      source: { kind: 'guard', policyText: policyOf(options), debugLog: options.debugLog ?? false },
      prepare: () => [],
    });
  }

  /**
   * A rule that a function decides. It gets AWS Config's events and hands in evaluations.
   *
   * Not in an organization conformance pack: the function would have to admit each account by itself.
   *
   * @param name Its name in the rule set: up to 64 lower-case letters, digits and hyphens, the first a letter. The logical id follows from it.
   * @param options The function and what invokes it.
   */
  public static fromFunction(name: string, options: FunctionRuleOptions): CustomConfigRule {
    const { lambdaFunction, resourceTypes, periodic } = options;
    if (resourceTypes === undefined && periodic === undefined) {
      refuse('FunctionRuleOptions', { resourceTypes, periodic }, 'resourceTypes, periodic or both', 'say what invokes the function');
    }
    if (resourceTypes !== undefined) { requireResourceTypes('FunctionRuleOptions.resourceTypes', resourceTypes); }
    return new CustomConfigRule(name, {
      trigger: resourceTypes === undefined ? RuleTrigger.PERIODIC : periodic === undefined ? RuleTrigger.CHANGE : RuleTrigger.HYBRID,
      resourceTypes: resourceTypes ?? [],
      periodicFrequency: periodic,
      options,
      source: { kind: 'function', functionArn: lambdaFunction.functionArn },
      prepare: (scope, id) => [admit(new Construct(scope, id), lambdaFunction)],
    });
  }

  private constructor(
    /** Its name in the rule set. */
    public readonly name: string,
    private readonly body: CustomRuleBody,
  ) {
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
      refuse('CustomConfigRule.name', name, 'up to 64 lower-case letters, digits and hyphens, the first a letter', 'choose such a name');
    }
    const { description, parameters } = body.options;
    if (description !== undefined) { requireText('CustomConfigRuleOptions.description', description, 200, 'say it in a sentence, or leave it out'); }
    requireParameterSize('CustomConfigRuleOptions.parameters', parameters ?? {});
  }

  /** @internal */
  public _plan(scope: Construct): PlannedRule {
    const { trigger, resourceTypes, periodicFrequency, options, source } = this.body;
    const controls = ownControls(options.controls);
    const id = `Custom-${this.name}`;
    return {
      identifier: this.name,
      id,
      description: describeRule(options.description ?? 'Rule of your own.', controls),
      trigger,
      controls,
      resourceTypes,
      parameters: options.parameters ?? {},
      periodicFrequency,
      source,
      dependencies: this.body.prepare(scope, `${id}-Access`),
    };
  }

  /** @internal */
  public _isFunction(): boolean { return this.body.source.kind === 'function'; }
}

function policyOf(options: GuardRuleOptions): string {
  const { policyText, policyFile } = options;
  if ((policyText === undefined) === (policyFile === undefined)) {
    refuse('GuardRuleOptions', { policyText, policyFile }, 'one of policyText and policyFile', 'give one of them');
  }
  if (policyFile !== undefined && !fs.existsSync(policyFile)) {
    refuse('GuardRuleOptions.policyFile', policyFile, 'a file that exists', 'name it by its full path, such as path.join(__dirname, "policy.guard")');
  }
  const text = policyFile === undefined ? policyText! : fs.readFileSync(policyFile, 'utf8');
  if (!Token.isUnresolved(text) && (text.trim() === '' || text.length > MAX_POLICY_LENGTH)) {
    refuse(policyFile === undefined ? 'GuardRuleOptions.policyText' : 'GuardRuleOptions.policyFile', `${text.length} characters`,
      `a policy of 1 to ${MAX_POLICY_LENGTH} characters`, 'split it into several rules');
  }
  return text;
}

/** Both in this scope, so that the function's own construct stays as the consumer made it. */
function admit(scope: Construct, lambdaFunction: lambda.IFunction): IConstruct {
  // Not the rule's ARN: the rule cannot be made before the permission.
  lambdaFunction.addPermission('Invoke', {
    scope,
    principal: new iam.ServicePrincipal('config.amazonaws.com'),
    sourceAccount: Stack.of(scope).account,
  });
  if (lambdaFunction.role) {
    new iam.Policy(scope, 'Evaluations', {
      roles: [lambdaFunction.role],
      statements: [new iam.PolicyStatement({ actions: ['config:PutEvaluations'], resources: ['*'] })],
    });
    acknowledgeResources(scope, ['*'], 'AWS Config offers no narrower resource for handing in evaluations');
    acknowledgeRule(scope, 'IAMNoInlinePolicy', 'It belongs to this one role and goes with the rule: a managed policy would stay attached to a function without it');
  }
  return scope;
}
