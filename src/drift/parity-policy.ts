import { Token } from 'aws-cdk-lib';
import { PolicyDocument, RuleDocument } from './contract';
import { ParityRule } from './parity-rule';
import { ParityWaiver } from './parity-waiver';
import { renderWaiver } from './waiver-checks';
import { OWN_PARAMETERS } from '../foundation/contract';
import { refuse, requireName } from '../private/validation';

/** CloudFormation hands the policy to a function in one event, with the former one when it changed; Lambda takes 1 MB asynchronously. */
const MAX_DOCUMENT_BYTES = 200 * 1024;
/** What SSM grants at the most, with higher throughput switched on. */
const MAX_READ_RATE = 100;

/**
 * Options of a parity policy.
 */
export interface ParityPolicyOptions {
  /**
   * The environment that all others are measured by; one of `environments`.
   *
   * @default 'Prod'
   */
  readonly baseline?: string;

  /**
   * Names of all environments that are kept the same, the baseline included. At least one, each once.
   *
   * Names that differ only in case are different environments, as they are different parameter names.
   */
  readonly environments: string[];

  /**
   * What "the same" means, by name; the first rule that matches decides.
   *
   * Parameters that this library writes itself may differ, unless one of these rules says otherwise.
   *
   * @default - type and value of every parameter equal the baseline's
   */
  readonly rules?: ParityRule[];

  /**
   * Differences that somebody has accepted until a date.
   *
   * @default - none
   */
  readonly waivers?: ParityWaiver[];

  /**
   * Whether a plain parameter that looks like a secret (by its name or its value) is a finding.
   *
   * @default true
   */
  readonly reportPlainSecrets?: boolean;

  /**
   * Calls a second that all monitors of this policy in an account and region together may make to Parameter Store.
   *
   * Each monitor gets an equal part, rounded down. Parameter Store grants 40 a second by default to everyone in the account and
   * region, and 100 with higher throughput. A whole number, at least the number of environments and at most 100.
   *
   * @default 20
   */
  readonly readRate?: number;
}

/**
 * What "the same in every environment" means.
 *
 * Make it once and hand the same policy to the monitor of each environment.
 */
export class ParityPolicy {
  /**
   * Makes a policy.
   *
   * @param options Environments, rules and waivers. What cannot work is refused here, by prop.
   */
  public static of(options: ParityPolicyOptions): ParityPolicy {
    return new ParityPolicy(options);
  }

  /** The environment that all others are measured by. */
  public readonly baseline: string;
  /** Names of all environments that are kept the same. */
  public readonly environments: string[];
  /** Calls a second that all monitors of this policy in an account and region together may make to Parameter Store. */
  public readonly readRate: number;

  private readonly document: PolicyDocument;

  private constructor(options: ParityPolicyOptions) {
    requireEnvironments(options.environments);
    this.environments = [...options.environments];
    this.baseline = options.baseline ?? 'Prod';
    if (!Token.isUnresolved(this.baseline) && !this.environments.includes(this.baseline)) {
      refuse('ParityPolicy.baseline', this.baseline, `one of the environments (${this.environments.join(', ')})`, 'name one of them, or add it to them');
    }
    this.readRate = options.readRate ?? 20;
    if (!Number.isInteger(this.readRate) || this.readRate < this.environments.length || this.readRate > MAX_READ_RATE) {
      refuse('ParityPolicy.readRate', this.readRate,
        `a whole number from ${this.environments.length} (one call a second for each environment) to ${MAX_READ_RATE}`, 'choose one between them');
    }
    this.document = {
      version: '1',
      baseline: this.baseline,
      environments: this.environments,
      rules: [...(options.rules ?? []).map((rule, index) => rule._render(index, this.environments)), ...ownRules()],
      waivers: (options.waivers ?? []).map((waiver, index) => renderWaiver(waiver, index, this.environments)),
      reportPlainSecrets: String(options.reportPlainSecrets ?? true),
    };
    const bytes = Buffer.byteLength(JSON.stringify(this.document));
    if (bytes > MAX_DOCUMENT_BYTES) {
      refuse('ParityPolicy.rules', `${this.document.rules?.length} rules and ${this.document.waivers?.length} waivers in ${bytes} bytes`,
        `a policy of up to ${MAX_DOCUMENT_BYTES} bytes of JSON`, 'join rules by wider patterns, and remove waivers that have ended');
    }
  }

  /**
   * The policy as it travels to the function.
   * @internal
   */
  public _render(): PolicyDocument {
    return this.document;
  }
}

function requireEnvironments(environments: string[]): void {
  if (environments.length === 0) {
    refuse('ParityPolicy.environments', environments, 'at least one name', 'list every environment, the baseline included');
  }
  environments.forEach((environment, index) => {
    requireName(`ParityPolicy.environments[${index}]`, environment);
    if (environments.indexOf(environment) !== index) {
      refuse(`ParityPolicy.environments[${index}]`, environment, 'each environment once', 'remove the second one');
    }
  });
}

/** They follow the consumer's own, so that any of them can be overruled. */
function ownRules(): RuleDocument[] {
  return Object.values(OWN_PARAMETERS).map((pattern) => ({ kind: 'mayDiffer', pattern }));
}
