import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { zipSync, Zippable } from 'fflate';

/** A stack of a synthesised app, and what has to be in place before it. */
export interface AssemblyStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly templateFile: string;
  /** Where the template lies among the assets, as `s3://bucket/key`. */
  readonly templateAsset?: string;
  readonly tags: Record<string, string>;
  readonly parameters: Record<string, string>;
  readonly bootstrapVersionParameter?: string;
  readonly assets: readonly FileAsset[];
  /** Names of the stacks of the same assembly that come first. */
  readonly dependsOn: readonly string[];
}

export interface FileAsset {
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
  readonly packaging: 'file' | 'zip';
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly file?: string;
    readonly directoryName?: string;
    readonly templateFile?: string;
    readonly stackTemplateAssetObjectUrl?: string;
    readonly stackName?: string;
    readonly tags?: Record<string, string>;
    readonly parameters?: Record<string, string>;
    readonly bootstrapStackVersionSsmParameter?: string;
  };
}

interface AssetManifest {
  readonly files?: Record<string, {
    readonly source: { readonly path: string; readonly packaging: 'file' | 'zip' };
    readonly destinations: Record<string, { readonly bucketName: string; readonly objectKey: string }>;
  }>;
}

interface Environment {
  readonly account: string;
  readonly region: string;
}

/** Reads a `cdk.out` directory, the assemblies of its stages included. Stacks that name no environment belong to the one given. */
export function readAssembly(directory: string, fallback: Environment): AssemblyStack[] {
  const { artifacts = {} } = readJson<{ artifacts?: Record<string, Artifact> }>(join(directory, 'manifest.json'));
  return Object.entries(artifacts).flatMap(([id, artifact]): AssemblyStack[] => {
    switch (artifact.type) {
      case 'cdk:cloud-assembly':
        return readAssembly(join(directory, artifact.properties!.directoryName!), fallback);
      case 'aws:cloudformation:stack':
        return [readStack(directory, id, artifacts, fallback)];
      default:
        return [];
    }
  });
}

function readStack(directory: string, id: string, artifacts: Record<string, Artifact>, fallback: Environment): AssemblyStack {
  const { environment, properties = {}, dependencies = [] } = artifacts[id];
  const { account, region } = environmentOf(environment, fallback);
  const ofType = (type: string) => dependencies.filter(dependency => artifacts[dependency]?.type === type);
  return {
    name: properties.stackName ?? id,
    account,
    region,
    templateFile: join(directory, properties.templateFile!),
    templateAsset: properties.stackTemplateAssetObjectUrl && resolveNames(properties.stackTemplateAssetObjectUrl, { account, region }),
    tags: properties.tags ?? {},
    parameters: properties.parameters ?? {},
    bootstrapVersionParameter: properties.bootstrapStackVersionSsmParameter,
    assets: ofType('cdk:asset-manifest').flatMap(manifest =>
      readAssets(directory, artifacts[manifest].properties!.file!, { account, region })),
    dependsOn: ofType('aws:cloudformation:stack').map(dependency => artifacts[dependency].properties?.stackName ?? dependency),
  };
}

/** `aws://unknown-account/eu-central-1` and the like. */
function environmentOf(environment = '', fallback: Environment): Environment {
  const [account, region] = environment.replace('aws://', '').split('/');
  return {
    account: /^\d{12}$/.test(account) ? account : fallback.account,
    region: region && region !== 'unknown-region' ? region : fallback.region,
  };
}

/** What CDK leaves open in names until it knows where they go. */
function resolveNames(text: string, { account, region }: Environment): string {
  return text.replaceAll('${AWS::Partition}', 'aws').replaceAll('${AWS::AccountId}', account).replaceAll('${AWS::Region}', region);
}

function readAssets(directory: string, manifestFile: string, environment: Environment): FileAsset[] {
  const { files = {} } = readJson<AssetManifest>(join(directory, manifestFile));
  return Object.values(files).flatMap(({ source, destinations }) => Object.values(destinations).map(destination => ({
    bucket: resolveNames(destination.bucketName, environment),
    key: resolveNames(destination.objectKey, environment),
    path: join(directory, source.path),
    packaging: source.packaging,
  })));
}

/** What lies in the bucket: the file itself, or its directory as an archive whose bytes depend on the contents only. */
export function contentOf(asset: FileAsset): Uint8Array {
  if (asset.packaging === 'file') return readFileSync(asset.path);
  const entries: Zippable = Object.fromEntries(filesUnder(asset.path).map(file =>
    [relative(asset.path, file).split(sep).join('/'), new Uint8Array(readFileSync(file))]));
  return zipSync(entries, { mtime: new Date(1980, 0, 1) });
}

function filesUnder(path: string): string[] {
  return readdirSync(path).sort().flatMap(name => {
    const child = join(path, name);
    return statSync(child).isDirectory() ? filesUnder(child) : [child];
  });
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
