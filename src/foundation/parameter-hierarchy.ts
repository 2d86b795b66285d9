import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { applyGovernanceTags } from './apply-governance-tags';
import { ComplianceKey } from './compliance-key';
import { SECURE_STRING_TIMEOUT_SECONDS, SecureStringTier, TIER_BYTES } from './contract';
import { EnvironmentProfile } from './environment-profile';
import { GovernanceTags } from './governance-tags';
import { refuseSize, requireDescription, requireItems, requireRelativeName, requireRemovalPolicy, requireTier, requireValue } from './parameter-checks';
import { ParameterOptions, SecureStringOptions } from './parameter-options';
import { SecretFollower } from './secret-follower';
import { SecureStringHandler } from './secure-string-handler';
import { ISecureStringParameter } from './secure-string-parameter';
import { SecureStringResource } from './secure-string-resource';
import { refuse, requireOrganizationName } from '../private/validation';

/**
 * Props of `ParameterHierarchy`.
 */
export interface ParameterHierarchyProps {
  /**
   * First level of the parameters' names: `/{organizationName}/{environment}/…`.
   *
   * Up to 64 letters, digits and the characters `_.-`, the first a letter or a digit; not starting with `aws` or `ssm`. Another name on a
   * live stack makes the parameters anew below it; SecureStrings of before stay where they are.
   */
  readonly organizationName: string;

  /**
   * The environment: its name is the second level, and it decides how long logs are kept and what happens on delete.
   */
  readonly profile: EnvironmentProfile;

  /**
   * Key of your own for SecureStrings and for the log of their function. For an imported one see `ComplianceKey.requiredKeyStatements`.
   * Another key on a live stack writes each SecureString anew with it; for a generated value the function must still be able to decrypt with
   * the old one.
   *
   * @default - a new key with yearly rotation, made with the first SecureString
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Tags on everything that takes tags, SecureStrings included.
   *
   * @default - Environment, Organization, CostCenter `infrastructure` and DataClassification `Confidential`
   */
  readonly tags?: GovernanceTags;

  /**
   * Role of the function that makes SecureStrings. It must trust Lambda. What it needs is added to it where CDK can.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * Role of the function that follows rotations. It must trust Lambda. What it needs is added to it where CDK can.
   *
   * @default - a new role
   */
  readonly followRole?: iam.IRole;

  /**
   * Where it is told that a SecureString could not follow its secret. It gets the statement that CloudWatch needs.
   *
   * @default - the alarm has no action
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Node.js runtime of both functions, 22 or later. They are built for and tested on the default.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;
}

/**
 * Parameters of one environment, below `/{organization}/{environment}`, SecureStrings among them.
 *
 * CloudFormation cannot make a SecureString. A function does, and its value comes from Secrets Manager or is made there: it stands in no
 * template, event, answer or log. Without a SecureString there is no function and no key, and nothing costs anything.
 */
export class ParameterHierarchy extends Construct {
  /** `/{organization}/{environment}`, without a slash at the end. */
  public readonly parameterPrefix: string;

  private readonly props: ParameterHierarchyProps;
  private readonly names = new Set<string>();
  private key?: kms.IKey;
  private secureStrings?: SecureStringHandler;
  private follower?: SecretFollower;

  /**
   * @param scope Where the parameters belong.
   * @param id Its name there. Another id on a live stack makes every parameter anew, and the names are still taken then.
   * @param props Organization, environment and key.
   */
  constructor(scope: Construct, id: string, props: ParameterHierarchyProps) {
    super(scope, id);
    requireOrganizationName('ParameterHierarchy.organizationName', props.organizationName);
    this.props = props;
    this.parameterPrefix = `/${props.organizationName}/${props.profile.name}`;
    applyGovernanceTags(this, props.organizationName, props.profile.name, props.tags);
  }

  /**
   * Key that SecureStrings are encrypted with unless they have one of their own. Asking for it makes it, if it is to be a new one.
   */
  public get encryptionKey(): kms.IKey {
    this.key ??= new ComplianceKey(this, 'Key', { profile: this.props.profile, encryptionKey: this.props.encryptionKey }).key;
    return this.key;
  }

  /**
   * The function that makes SecureStrings; undefined while there is none.
   */
  public get secureStringFunction(): lambda.IFunction | undefined {
    return this.secureStrings?.handler.function;
  }

  /**
   * The function that brings SecureStrings to what their secrets hold after a rotation; undefined while none follows one.
   */
  public get followFunction(): lambda.IFunction | undefined {
    return this.follower?.handler.function;
  }

  /**
   * Tells that a SecureString could not follow its secret, after three attempts; undefined while none follows one.
   */
  public get followAlarm(): cloudwatch.Alarm | undefined {
    return this.follower?.alarm;
  }

  /**
   * Adds a plain parameter of one value.
   *
   * @param name Relative to the environment, such as `app/timeout`. Another name on a live stack replaces the parameter.
   * @param value Its value. It stands in the template: what is secret belongs into `addSecureString`.
   * @param options Description, tier and id.
   */
  public addString(name: string, value: string, options: ParameterOptions = {}): ssm.StringParameter {
    const tier = this.check('addString', name, options);
    requireValue('ParameterHierarchy.addString.value', value, tier);
    return new ssm.StringParameter(this, this.claim('addString', name, options), {
      parameterName: `${this.parameterPrefix}/${name}`, simpleName: false, stringValue: value, description: options.description, tier: tierOf(tier),
    });
  }

  /**
   * Adds a plain parameter of several values.
   *
   * @param name Relative to the environment, such as `app/currencies`. Another name on a live stack replaces the parameter.
   * @param values Its values, none with a comma. They stand in the template.
   * @param options Description, tier and id.
   */
  public addStringList(name: string, values: string[], options: ParameterOptions = {}): ssm.StringListParameter {
    const tier = this.check('addStringList', name, options);
    requireItems('ParameterHierarchy.addStringList.values', values, tier);
    return new ssm.StringListParameter(this, this.claim('addStringList', name, options), {
      parameterName: `${this.parameterPrefix}/${name}`, simpleName: false, stringListValue: values, description: options.description, tier: tierOf(tier),
    });
  }

  /**
   * Adds a SecureString. A deployment fails when the parameter exists already, unless `adopt` is set, and when its secret cannot be read.
   *
   * @param name Relative to the environment, such as `database/password`.
   * @param options Where its value comes from, key, tier and the rest.
   */
  public addSecureString(name: string, options: SecureStringOptions): ISecureStringParameter {
    const tier = this.check('addSecureString', name, options);
    const { source, description, adopt = false } = options;
    const length = source._length();
    if (length !== undefined && !Token.isUnresolved(length) && length > TIER_BYTES[tier]) {
      refuseSize('ParameterHierarchy.addSecureString.source', `a length of ${length}`, tier);
    }
    const policy = requireRemovalPolicy('ParameterHierarchy.addSecureString.removalPolicy',
      options.removalPolicy ?? (length === undefined ? RemovalPolicy.DESTROY : this.props.profile.removalPolicy));
    const encryptionKey = options.encryptionKey ?? this.encryptionKey;
    const id = this.claim('addSecureString', name, options);
    const handler = this.handler();
    handler.useKey(encryptionKey);
    const secret = source._secret();
    const needed = secret ? handler.useSecret(secret) : [];
    const document = {
      Name: `${this.parameterPrefix}/${name}`,
      Tier: tier,
      KeyArn: encryptionKey.keyArn,
      Description: description,
      Adopt: adopt ? 'true' as const : 'false' as const,
      Source: source._document(),
    };
    const parameter = new SecureStringResource(this, id, {
      serviceToken: handler.handler.function.functionArn,
      // A minute more than the function has.
      serviceTimeout: Duration.seconds(SECURE_STRING_TIMEOUT_SECONDS + 60),
      encryptionKey,
      removalPolicy: policy,
      document,
    });
    parameter.resource.node.addDependency(...needed);
    const interval = source._followInterval();
    if (secret && interval) { this.secretFollower().follow(parameter, { document, secret, interval }); }
    return parameter;
  }

  private handler(): SecureStringHandler {
    this.secureStrings ??= new SecureStringHandler(this, 'SecureStrings', {
      prefix: this.parameterPrefix,
      profile: this.props.profile,
      encryptionKey: this.encryptionKey,
      runtime: this.props.runtime,
      role: this.props.role,
    });
    return this.secureStrings;
  }

  private secretFollower(): SecretFollower {
    this.follower ??= new SecretFollower(this, 'Follower', {
      prefix: this.parameterPrefix,
      profile: this.props.profile,
      encryptionKey: this.encryptionKey,
      runtime: this.props.runtime,
      role: this.props.followRole,
      alertTopic: this.props.alertTopic,
    });
    return this.follower;
  }

  private check(method: string, name: string, { description, tier }: ParameterOptions): SecureStringTier {
    requireRelativeName(`ParameterHierarchy.${method}.name`, name, this.parameterPrefix);
    requireDescription(`ParameterHierarchy.${method}.description`, description);
    return requireTier(`ParameterHierarchy.${method}.tier`, tier);
  }

  /** Others of the stack that write below the same prefix. */
  private twins(): ParameterHierarchy[] {
    return Stack.of(this).node.findAll().filter((other): other is ParameterHierarchy =>
      other instanceof ParameterHierarchy && other !== this && other.parameterPrefix === this.parameterPrefix);
  }

  /** The construct's id. No name holds a colon, so that no id meets the id of a part. */
  private claim(method: string, name: string, { id }: ParameterOptions): string {
    if (this.names.has(name)) {
      refuse(`ParameterHierarchy.${method}.name`, name, 'each name once in a hierarchy', 'remove one of them, or choose another name');
    }
    const twin = this.twins().find(({ names }) => names.has(name));
    if (twin) {
      refuse(`ParameterHierarchy.${method}.name`, `${this.parameterPrefix}/${name}`, `a parameter that ${twin.node.path} does not make in the same stack`,
        'give each system or hierarchy of a stack another organization or environment, or hand one hierarchy to both');
    }
    if (id !== undefined) { requireRelativeName(`ParameterHierarchy.${method}.id`, id, this.parameterPrefix); }
    const constructId = `:${(id ?? name).replaceAll('/', ':')}`;
    if (this.node.tryFindChild(constructId)) {
      refuse(`ParameterHierarchy.${method}.id`, id ?? name, 'an id that no other parameter of the hierarchy has', 'choose another id');
    }
    this.names.add(name);
    return constructId;
  }
}

function tierOf(tier: SecureStringTier): ssm.ParameterTier {
  return tier === 'Standard' ? ssm.ParameterTier.STANDARD : ssm.ParameterTier.ADVANCED;
}
