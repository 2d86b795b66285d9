import { ServedControl } from './compliance-framework';
import { RuleTrigger } from './config-rule-info';
import { entryOf, requireKnown } from './identifiers';
import { refuse } from '../private/validation';

/**
 * Options of a managed rule.
 */
export interface ManagedRuleOptions {
  /**
   * Parameters of the rule. A parameter that AWS needs and that has no default must be here.
   *
   * @default - the library's values, see `ConfigRuleSet.rules`
   */
  readonly parameters?: { [name: string]: string };

  /**
   * What triggers it, as its page in AWS's documentation says. Needed only for a rule that the library does not know.
   *
   * @default - as the library knows it
   */
  readonly trigger?: RuleTrigger;

  /**
   * What it evaluates: up to 100 resource types, such as `AWS::S3::Bucket`. Only where changes trigger the rule.
   *
   * @default - as the library knows it
   */
  readonly resourceTypes?: string[];

  /**
   * Controls that the rule serves by your own judgement.
   *
   * @default - those of the chosen frameworks
   */
  readonly controls?: ServedControl[];
}

/**
 * A managed rule of AWS Config beside those that the frameworks ask for.
 */
export class ManagedRule {
  /**
   * A rule by its identifier.
   *
   * @param identifier AWS's identifier, such as `DYNAMODB_PITR_ENABLED` or a value of CDK's `ManagedRuleIdentifiers`. One that neither this
   *   library nor CDK knows is refused, unless `trigger` is given. The rule's logical id follows from it.
   * @param options Parameters, and what the library does not know.
   */
  public static of(identifier: string, options: ManagedRuleOptions = {}): ManagedRule {
    if (!/^[A-Z][A-Z0-9_]{0,127}$/.test(identifier)) {
      refuse('ManagedRule.identifier', identifier, 'up to 128 capital letters, digits and underscores, the first a letter', 'copy it from the rule\'s page');
    }
    if (options.trigger === undefined) {
      requireKnown('ManagedRule.identifier', identifier);
      if (!entryOf(identifier)) {
        refuse('ManagedRule.trigger', undefined, 'CHANGE, PERIODIC or HYBRID', `say what triggers ${identifier}: its page names the trigger type`);
      }
    }
    return new ManagedRule(identifier, options);
  }

  private constructor(
    /** AWS's identifier of the rule. */
    public readonly identifier: string,
    private readonly options: ManagedRuleOptions,
  ) {}

  /** @internal */
  public _options(): ManagedRuleOptions { return this.options; }
}
