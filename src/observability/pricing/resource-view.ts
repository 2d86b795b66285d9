import { CfnResource, DefaultTokenResolver, IFragmentConcatenator, IPostProcessor, IResolvable, IResolveContext, Reference, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Stands for a value that is known only at deployment; `path` is the construct that it will come from. */
interface AtDeployment {
  readonly atDeployment: true;
  readonly path?: string;
}
const isAtDeployment = (value: unknown): value is AtDeployment => typeof value === 'object' && value !== null && 'atDeployment' in value;

const CONCATENATOR: IFragmentConcatenator = {
  join: (left: unknown, right: unknown) => [left, right].find(isAtDeployment) ?? `${String(left ?? '')}${String(right ?? '')}`,
};

/**
 * Resolves what synth knows and keeps which construct the rest comes from. `Stack.resolve` would give a logical id, which two stacks may share.
 */
class KnownAtSynth extends DefaultTokenResolver {
  constructor() { super(CONCATENATOR); }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) { return { atDeployment: true, path: token.target.node.path }; }
    return super.resolveToken(token, context, postProcessor) as unknown;
  }
}

/** A resource as a pricer sees it. It reads single properties: resolving policy documents would freeze their statements before synth. */
export class ResourceView {
  public readonly type: string;
  public readonly path: string;
  /** What `addPropertyOverride` says. CDK has no way to ask for it but its own member. */
  private readonly overrides: Members;

  constructor(private readonly resource: CfnResource) {
    this.type = resource.cfnResourceType;
    this.path = resource.node.path;
    this.overrides = membersOf(membersOf(Reflect.get(resource, 'rawOverrides')).Properties);
  }

  /** A property by its name in CloudFormation, resolved as far as synth can. */
  public value(name: string): unknown {
    const given = overridden(valueOf(membersOf(Reflect.get(this.resource, 'cfnProperties')), name), valueOf(this.overrides, name));
    if (given === undefined) { return undefined; }
    return Tokenization.resolve(given, { scope: this.resource, resolver: new KnownAtSynth(), preparing: false }) as unknown;
  }

  public text(name: string): string | undefined {
    const value = this.value(name);
    return typeof value === 'string' ? value : undefined;
  }

  public number(name: string): number | undefined {
    return asNumber(this.value(name));
  }

  public flag(name: string): boolean {
    const value = this.value(name);
    return value === true || value === 'true';
  }

  public list(name: string): unknown[] {
    const value = this.value(name);
    return Array.isArray(value) ? value as unknown[] : [];
  }

  /** A member of a property that is an object, whichever way it is spelled. */
  public member(name: string, member: string): unknown {
    return memberOf(this.value(name), member);
  }

  /** Paths of the constructs that a property refers to. */
  public references(name: string): string[] {
    return pathsIn(this.value(name));
  }
}

/** A member of an object, whichever way it is spelled. */
export function memberOf(value: unknown, member: string): unknown {
  if (typeof value !== 'object' || value === null) { return undefined; }
  return valueOf(value as Members, member);
}

interface Members {
  readonly [name: string]: unknown;
}
const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const membersOf = (value: unknown): Members => isObject(value) ? value : {};

/** An override of a member leaves the other members as they are. */
function overridden(given: unknown, override: unknown): unknown {
  if (override === undefined) { return given; }
  if (!isObject(given) || !isObject(override) || Tokenization.isResolvable(given)) { return override; }
  return Object.entries(override).reduce<Members>((merged, [name, value]) => {
    const same = Object.keys(merged).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
    return { ...merged, [same]: overridden(merged[same], value) };
  }, given);
}

/** L1 constructs spell `DBInstanceClass` as `dbInstanceClass`, templates and generic resources do not. */
function valueOf(properties: Members, name: string): unknown {
  const key = Object.keys(properties).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : properties[key];
}

export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Every resource below a construct, in the order of the tree, so that an estimate is the same each time. */
export function resourcesBelow(scope: IConstruct): ResourceView[] {
  return scope.node.findAll().flatMap((construct) => CfnResource.isCfnResource(construct) ? [new ResourceView(construct)] : []);
}

function pathsIn(value: unknown): string[] {
  if (isAtDeployment(value)) { return value.path === undefined ? [] : [value.path]; }
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.values(value).flatMap(pathsIn);
}
