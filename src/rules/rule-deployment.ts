import { Names, Stack, Token } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { CONTROLS_METADATA } from './contract';
import { packTemplate, splitIntoPacks } from './pack-template';
import { DeployedRule, PlannedRule, rulePropsOf } from './planned-rule';
import { plainName, requirePlainNames, ruleNames } from './rule-names';
import { refuse } from '../private/validation';

/**
 * Options of a conformance pack.
 */
export interface ConformancePackOptions {
  /**
   * Name of the pack: up to 100 letters, digits and hyphens, the first a letter. Further packs of the same set get `-2` and so on behind it.
   *
   * Another name on a live stack replaces the packs.
   *
   * @default - from where the rule set stands in the app
   */
  readonly name?: string;

  /**
   * Bucket into which AWS Config copies the pack's template. For an organization its name must start with `awsconfigconforms`.
   *
   * @default - none: the template is not copied
   */
  readonly deliveryBucket?: s3.IBucket;

  /**
   * Prefix in that bucket. Only with `deliveryBucket`.
   *
   * @default - none
   */
  readonly deliveryPrefix?: string;
}

/**
 * Options of a conformance pack for an organization.
 */
export interface OrganizationConformancePackOptions extends ConformancePackOptions {
  /**
   * Ids of accounts that do not get the rules. Up to 1,000.
   *
   * @default - each account of the organization gets them
   */
  readonly excludedAccounts?: string[];
}

type Deploy = (scope: Construct, rules: PlannedRule[], namePrefix?: string) => Map<PlannedRule, DeployedRule>;

enum Form { RULES, PACK, ORGANIZATION_PACK }

/**
 * How rules get to AWS Config.
 */
export class RuleDeployment {
  /**
   * Each as a rule of its own, in this account and region.
   */
  public static rules(): RuleDeployment {
    return new RuleDeployment(Form.RULES, deployRules);
  }

  /**
   * As conformance packs in this account and region, with a score for each. AWS Config takes 130 rules a pack and 50 packs an account; more
   * rules are divided among several packs, and an added rule then moves no other, unless it needs one more pack.
   *
   * @param options Name and bucket.
   */
  public static conformancePack(options: ConformancePackOptions = {}): RuleDeployment {
    requirePackOptions('ConformancePackOptions', options);
    return new RuleDeployment(Form.PACK, (scope, rules) => deployPacks(scope, rules, options.name, (id, conformancePackName, templateBody) => {
      return new config.CfnConformancePack(scope, id, {
        conformancePackName,
        templateBody,
        deliveryS3Bucket: options.deliveryBucket?.bucketName,
        deliveryS3KeyPrefix: options.deliveryPrefix,
      });
    }));
  }

  /**
   * As conformance packs in each account of the organization, deployed from its management account or a delegated administrator. Each account
   * needs a recorder already. Rules that a function decides are refused.
   *
   * @param options Name, bucket and accounts.
   */
  public static organizationConformancePack(options: OrganizationConformancePackOptions = {}): RuleDeployment {
    requirePackOptions('OrganizationConformancePackOptions', options);
    requireOrganizationOptions(options);
    const deploy: Deploy = (scope, rules) => deployPacks(scope, rules, options.name, (id, organizationConformancePackName, templateBody) => {
      return new config.CfnOrganizationConformancePack(scope, id, {
        organizationConformancePackName,
        templateBody,
        deliveryS3Bucket: options.deliveryBucket?.bucketName,
        deliveryS3KeyPrefix: options.deliveryPrefix,
        excludedAccounts: options.excludedAccounts,
      });
    });
    return new RuleDeployment(Form.ORGANIZATION_PACK, deploy);
  }

  private constructor(private readonly form: Form, private readonly deploy: Deploy) {}

  /** @internal */
  public _isForOrganization(): boolean { return this.form === Form.ORGANIZATION_PACK; }

  /** @internal */
  public _deploy(scope: Construct, rules: PlannedRule[], namePrefix?: string): Map<PlannedRule, DeployedRule> {
    if (namePrefix !== undefined && this.form !== Form.RULES) {
      refuse('ConfigRuleSet.ruleNamePrefix', namePrefix, 'a prefix for rules of their own only',
        'leave it out: in a conformance pack rules have names without a generated part, and AWS Config adds the pack\'s suffix');
    }
    return this.deploy(scope, rules, namePrefix);
  }
}

function deployRules(scope: Construct, rules: PlannedRule[], namePrefix?: string): Map<PlannedRule, DeployedRule> {
  const names = namePrefix === undefined ? undefined : ruleNames(scope, rules, namePrefix);
  return new Map(rules.map((rule) => {
    const resource = new config.CfnConfigRule(scope, rule.id, { configRuleName: names?.get(rule), ...rulePropsOf(rule) });
    resource.node.addDependency(...rule.dependencies);
    // In full: a description takes 256 characters.
    if (rule.controls.length > 0) { resource.addMetadata(CONTROLS_METADATA, rule.controls.map(({ framework, control }) => `${framework.displayName} ${control}`)); }
    return [rule, { ruleName: resource.ref }];
  }));
}

function deployPacks(
  scope: Construct, rules: PlannedRule[], givenName: string | undefined, make: (id: string, name: string, templateBody: string) => IConstruct,
): Map<PlannedRule, DeployedRule> {
  requirePlainNames(rules);
  const name = givenName ?? defaultName(scope);
  const deployed = new Map<PlannedRule, DeployedRule>();
  splitIntoPacks(Stack.of(scope), rules).forEach((pack, index) => {
    if (pack.length === 0) { return; }
    const packName = index === 0 ? name : `${name}-${index + 1}`;
    const resource = make(`Pack${index + 1}`, packName, packTemplate(Stack.of(scope), pack));
    resource.node.addDependency(...pack.flatMap((rule) => rule.dependencies));
    pack.forEach((rule) => deployed.set(rule, { ruleName: plainName(rule), packName }));
  });
  return deployed;
}

/** Pack names start with a letter; stack names do as well. */
function defaultName(scope: Construct): string {
  return Names.uniqueResourceName(scope, { maxLength: 100, separator: '-' });
}

function requirePackOptions(struct: string, { name, deliveryBucket, deliveryPrefix }: ConformancePackOptions): void {
  if (name !== undefined && !Token.isUnresolved(name) && !/^[A-Za-z][A-Za-z0-9-]{0,99}$/.test(name)) {
    refuse(`${struct}.name`, name, 'up to 100 letters, digits and hyphens, the first a letter', 'choose such a name');
  }
  if (deliveryPrefix !== undefined && deliveryBucket === undefined) {
    refuse(`${struct}.deliveryPrefix`, deliveryPrefix, 'only together with deliveryBucket', 'give deliveryBucket as well');
  }
}

function requireOrganizationOptions({ deliveryBucket, excludedAccounts = [] }: OrganizationConformancePackOptions): void {
  const bucket = deliveryBucket?.bucketName;
  if (bucket !== undefined && !Token.isUnresolved(bucket) && !bucket.startsWith('awsconfigconforms')) {
    refuse('OrganizationConformancePackOptions.deliveryBucket', bucket, 'a bucket whose name starts with awsconfigconforms', 'choose another bucket');
  }
  if (Token.isUnresolved(excludedAccounts)) { return; }
  if (excludedAccounts.length > 1000) {
    refuse('OrganizationConformancePackOptions.excludedAccounts', `${excludedAccounts.length} accounts`, 'up to 1000 accounts', 'exclude fewer');
  }
  excludedAccounts.forEach((account, index) => {
    if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
      refuse(`OrganizationConformancePackOptions.excludedAccounts[${index}]`, account, 'the 12 digits of an account id', 'correct it');
    }
  });
}
