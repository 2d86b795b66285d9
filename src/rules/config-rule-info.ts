import * as config from 'aws-cdk-lib/aws-config';
import { FrameworkControl } from './compliance-framework';

/**
 * What makes AWS Config evaluate a rule.
 */
export enum RuleTrigger {
  /** A change of a resource that it evaluates. */
  CHANGE = 'CHANGE',
  /** Time: every 24 hours, unless set otherwise. */
  PERIODIC = 'PERIODIC',
  /** Both. */
  HYBRID = 'HYBRID',
}

/**
 * A rule of a rule set, as it can be asked for at synth.
 */
export interface ConfigRuleInfo {
  /**
   * AWS's identifier of a managed rule, such as `S3_BUCKET_VERSIONING_ENABLED`; the name of a rule of your own.
   */
  readonly identifier: string;

  /**
   * Name of the rule in AWS Config: known at deployment only. In a conformance pack it is the name in the pack's template, to which AWS
   * Config adds a suffix of its own.
   */
  readonly ruleName: string;

  /**
   * What makes AWS Config evaluate it.
   */
  readonly trigger: RuleTrigger;

  /**
   * How often it is evaluated, where time triggers it.
   *
   * @default - never by time
   */
  readonly periodicFrequency?: config.MaximumExecutionFrequency;

  /**
   * Which controls of the chosen frameworks it serves; empty for a rule that no framework asked for.
   */
  readonly controls: FrameworkControl[];

  /**
   * What it evaluates; empty where AWS does not name it.
   */
  readonly resourceTypes: string[];

  /**
   * Its parameters, as AWS Config gets them.
   */
  readonly parameters: { [name: string]: string };

  /**
   * The conformance pack that it is in.
   *
   * @default - none
   */
  readonly packName?: string;
}
