import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { busiestWindow, countByOperation, CountingProxy, operationOf } from './counting-proxy';
import { median } from './measure';
import { BASELINE, nameOf, names, Population, TARGET } from './population';
import { referenceCheck, ReferenceItem } from './reference-method';
import { Comparison, isMet, rounded, Target, write } from './report';
import { syntheticSsm } from './synthetic-ssm';
import { StubServer } from '../support/stub-server';

describe('the counting proxy', () => {
  const signed = (service: string) => ({ authorization: `AWS4-HMAC-SHA256 Credential=111111111111/20261122/eu-central-1/${service}/aws4_request, SignedHeaders=host` });

  it.each([
    ['ssm.GetParameters', { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameters' }, '{}'],
    ['sns.Publish', { ...signed('sns'), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, 'Action=Publish&Version=2010-03-31'],
    ['s3.PUT', signed('s3'), 'Action=Publish'],
    ['unsigned.PUT', {}, ''],
  ])('knows %s', (operation, headers, body) => {
    expect(operationOf({ method: 'PUT', headers }, Buffer.from(body))).toBe(operation);
  });

  it('passes calls on, answers for a stand-in, and tells what was called', async () => {
    const stub = await StubServer.start(() => ({ body: { Parameters: [{ Name: 'behind' }] } }));
    const proxy = await CountingProxy.start(stub.url);
    try {
      const ssm = new SSMClient({ endpoint: proxy.url, region: 'eu-central-1', credentials: { accessKeyId: '111111111111', secretAccessKey: 'test' } });
      const read = () => ssm.send(new GetParametersByPathCommand({ Path: '/acme/Dev' }));
      await expect(read()).resolves.toMatchObject({ Parameters: [{ Name: 'behind' }] });
      proxy.standIn = syntheticSsm(new Population({ size: 11 }), 'acme');
      const page = await read();
      expect(page.Parameters).toHaveLength(10);
      expect(page).toMatchObject({ NextToken: '10', Parameters: expect.arrayContaining([expect.objectContaining({ Name: `/acme/Dev/${nameOf(9)}`, Version: 1 })]) });
      expect(stub.operations).toEqual(['GetParametersByPath']);
      expect(countByOperation(proxy.take())).toEqual({ 'ssm.GetParametersByPath': 2 });
      expect(proxy.take()).toEqual([]);
    } finally {
      await proxy.stop();
      await stub.stop();
    }
  });

  it('says so when there is nobody behind it', async () => {
    const stub = await StubServer.start(() => ({}));
    const proxy = await CountingProxy.start(stub.url);
    await stub.stop();
    await expect(fetch(proxy.url).then(({ status }) => status)).resolves.toBe(502);
    await proxy.stop();
  });
});

describe('the busiest window', () => {
  it('may begin anywhere, and ends before its length is over', () => {
    expect(busiestWindow([], 1_000)).toBe(0);
    expect(busiestWindow([0, 1_000, 2_000], 1_000)).toBe(1);
    expect(busiestWindow([1_450, 0, 900, 999, 1_000], 1_000)).toBe(4);
  });
});

describe('the population', () => {
  const all = (population: Population, environment: string) => {
    const pages = [population.page(environment)];
    while (pages.at(-1)!.nextToken) pages.push(population.page(environment, pages.at(-1)!.nextToken));
    return pages;
  };

  it('is read in pages of ten, and by name', () => {
    const population = new Population({ size: 25 });
    expect(all(population, TARGET).map(({ parameters }) => parameters.length)).toEqual([10, 10, 5]);
    expect(all(population, TARGET).flatMap(({ parameters }) => parameters.map(({ name }) => name))).toEqual(names(0, 25));
    expect(population.named(TARGET, [nameOf(3), nameOf(25)])).toEqual([population.page(TARGET).parameters[3]]);
  });

  it('differs where it is told to, with values as long as wanted', () => {
    const population = new Population({ size: 25, differing: 2, valueBytes: 100 });
    const [target, baseline] = [TARGET, BASELINE].map((environment) => all(population, environment).flatMap(({ parameters }) => parameters));
    expect(target.filter(({ value }, i) => value !== baseline[i].value).map(({ name }) => name)).toEqual(names(0, 2));
    expect(new Set([...target, ...baseline].map(({ value }) => value!.length))).toEqual(new Set([100]));
  });
});

describe('the reference method', () => {
  const run = async (read: (environment: string, token?: string) => { name: string; value: string }) => {
    const stored: ReferenceItem[] = [];
    const readPage = async (environment: string, token?: string) => ({ parameters: [read(environment, token)], nextToken: token ? undefined : 'second' });
    const result = await referenceCheck(['Dev', 'Prod'], readPage, async (item) => {
      stored.push(item);
    });
    return { ...result, stored };
  };

  it('reads every page and stores the whole map as one item', async () => {
    const { stored, itemBytes } = await run((environment, token) => ({ name: `/acme/${environment}/${token ?? 'first'}`, value: '1' }));
    expect(stored.map(({ parameters }) => Object.keys(parameters))).toEqual([['/acme/Dev/first', '/acme/Dev/second']]);
    expect(itemBytes).toBe(JSON.stringify(stored[0]).length);
  });

  it('takes identical environments for different ones, because it hashes full names', async () => {
    await expect(run((environment) => ({ name: `/acme/${environment}/a`, value: '1' }))).resolves.toMatchObject({ driftDetected: true });
    await expect(run(() => ({ name: 'a', value: '1' }))).resolves.toMatchObject({ driftDetected: false });
  });
});

describe('the report', () => {
  const target = (more: Partial<Target>): Target => ({ what: 'size', bound: 'under', limit: 450, measured: 449.94, unit: 'KiB', ...more });

  it('knows what is met', () => {
    expect([{}, { measured: 450 }, { bound: 'at most' as const, measured: 450 }].map((more) => isMet(target(more)))).toEqual([true, false, true]);
  });

  it('writes rounded figures under sorted keys, and no time of day', () => {
    const side = { calls: { 'ssm.GetParametersByPath': 200, 'dynamodb.PutItem': 1 }, wallMs: 1234.5, cpuMs: 98.76, peakMb: 73.6 };
    const comparison: Comparison = { what: 'walk', ours: side, reference: { ...side, wallMs: 2469 } };
    const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
    const file = join(folder, 'results.json');
    write(file, { comparisons: [comparison], targets: [target({})], notes: [] });
    const text = readFileSync(file, 'utf8');
    rmSync(folder, { recursive: true });
    const results = JSON.parse(text) as { [name: string]: unknown };
    expect(Object.keys(results)).toEqual(['comparisons', 'date', 'machine', 'notes', 'targets']);
    expect(results.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(results.comparisons).toMatchObject([{
      ours: { cpuMs: 99, peakMb: 74, wallMs: 1200 }, referenceToOurs: { cpu: 1, otherCalls: 1, peakMemory: 1, ssmReads: 1, wall: 2 },
    }]);
    expect(results.targets).toEqual([{ bound: 'under', limit: 450, measured: 449.9, met: true, unit: 'KiB', what: 'size' }]);
  });

  it('takes the middle and keeps what counts', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2);
    expect(rounded(1234.5)).toBe(1230);
    expect(rounded(0.01234, 2)).toBe(0.012);
  });
});
