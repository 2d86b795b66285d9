import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { readPolicyDocument } from './policy-document';
import { PolicyDocument, snapshotKey, walkKey, walkPrefix } from '../../../src/drift/contract';
import { S3Objects } from '../../shared/adapters/s3-objects';
import { Log } from '../../shared/log';
import { StateObjects, Walk } from '../ports';

const packed = promisify(gzip);
const unpacked = promisify(gunzip);

export interface S3StateObjectsOptions {
  readonly organization: string;
  readonly environment: string;
  readonly policyKey: string;
}

/** Policies that this process has read, by bucket and key: a key names its content, so what is here is never old. */
const policies = new WeakMap<S3Objects, Map<string, PolicyDocument>>();

/** The state bucket of one environment. */
export class S3StateObjects implements StateObjects {
  constructor(private readonly objects: S3Objects, private readonly options: S3StateObjectsOptions, private readonly log: Log) {}

  public async policy(): Promise<PolicyDocument> {
    const { policyKey } = this.options;
    const known = policies.get(this.objects) ?? new Map<string, PolicyDocument>();
    policies.set(this.objects, known);
    const before = known.get(policyKey);
    if (before) return before;
    const content = (await this.objects.get(policyKey)).toString('utf8');
    const document = readPolicyDocument(parsed(content, policyKey), this.log);
    known.set(policyKey, document);
    return document;
  }

  public async saveSnapshot(content: string): Promise<void> {
    const { organization, environment } = this.options;
    await this.objects.put(snapshotKey(organization, environment), await packed(content), 'application/gzip');
  }

  public async saveWalk(walk: Walk): Promise<string> {
    const key = walkKey(walk.runId);
    await this.objects.put(key, await packed(JSON.stringify(walk)), 'application/gzip');
    return key;
  }

  public async loadWalk(key: string): Promise<Walk> {
    // The key comes from a queue message: it must not make the function read another object.
    if (!key.startsWith(walkPrefix)) throw new Error(`'${key}' is not a walk to go on with: its key must begin with ${walkPrefix}`);
    return parsed((await unpacked(await this.objects.get(key))).toString('utf8'), key) as Walk;
  }
}

function parsed(content: string, key: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    // The parser's own message would quote the content.
    throw new Error(`the object ${key} is not JSON; if it is the policy, restore its version in the bucket or deploy a changed policy; if it is a walk, start a new check`);
  }
}
