import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { policyDocument } from '../support/state-objects-contract';
import { detectEnvironment, lambdaContext, stubAws } from '../support/stub-aws';
import { StubServer } from '../support/stub-server';

const run = promisify(execFile);
const SCRIPT = join(__dirname, '..', '..', 'lambda-src', 'bundle.mjs');

describe('the bundles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  const assets = join(folder, 'assets');
  const script = (...options: string[]) => run(process.execPath, [SCRIPT, '--outdir', assets, ...options]);
  beforeAll(() => script(), 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are one file for each function, with the licences of what is inside', () => {
    expect(readdirSync(assets).sort()).toEqual(['.stamp', 'THIRD-PARTY-LICENSES', 'alerts', 'cli', 'drift', 'events', 'foundation', 'rules']);
    expect(readdirSync(join(assets, 'drift', 'detect'))).toEqual(['index.mjs']);
    const licenses = readFileSync(join(assets, 'THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['@aws-sdk/client-ssm', '@smithy/core', 'picomatch', 'valibot']) expect(licenses).toContain(`\n${name} `);
    expect(licenses).not.toMatch(/undefined|node_modules/);
  });

  it('hold nothing of this machine', () => {
    const text = readFileSync(join(assets, 'drift', 'detect', 'index.mjs'), 'utf8');
    expect(text).not.toContain(join(__dirname, '..', '..'));
    expect(text).not.toContain('credential-provider-sso');
  });

  it('have the whole chain of credentials for people, and for nobody else', () => {
    const sizeOf = (name: string) => statSync(join(assets, name, 'index.mjs')).size;
    const text = (name: string) => readFileSync(join(assets, name, 'index.mjs'), 'utf8');
    for (const word of ['sso_session', 'credential_process', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_WEB_IDENTITY_TOKEN_FILE']) {
      expect(text('cli')).toContain(word);
      expect(text('events/ingest')).not.toContain(word);
    }
    expect(sizeOf('cli')).toBeLessThan(600 * 1024);
  });

  it('are the same bytes each time', async () => {
    const second = mkdtempSync(join(tmpdir(), 'bundles-again-'));
    await run(process.execPath, [SCRIPT, '--outdir', second]);
    for (const name of ['drift/detect/index.mjs', 'drift/policy/index.mjs', 'foundation/secure-string/index.mjs', 'THIRD-PARTY-LICENSES', '.stamp']) {
      expect(readFileSync(join(second, name)).equals(readFileSync(join(assets, name)))).toBe(true);
    }
    rmSync(second, { recursive: true });
  });

  it('know whether they are fresh', async () => {
    await expect(script('--check')).resolves.toMatchObject({ stdout: expect.stringContaining('fresh') });
    const stamp = join(assets, '.stamp');
    const kept = readFileSync(stamp);
    appendFileSync(stamp, 'x');
    await expect(script('--check')).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('stale') });
    writeFileSync(stamp, kept);
  });

  it('run alone, with nothing but the function\'s credentials and settings', async () => {
    const server = await StubServer.start(stubAws(policyDocument(), { '/acme/Dev/a': 'one', '/acme/Prod/a': 'two', '/acme/Prod/b': 'three' }));
    const caller = join(folder, 'call.mjs');
    writeFileSync(caller, `
      import { handler } from './assets/drift/detect/index.mjs';
      const context = ${JSON.stringify(lambdaContext())};
      const answer = await handler({}, { ...context, getRemainingTimeInMillis: () => 180_000 });
      console.error('answer ' + JSON.stringify(answer));
    `);
    try {
      const { stdout, stderr } = await run(process.execPath, [caller], { cwd: folder, env: detectEnvironment(server.url) });
      const answer = JSON.parse(/^answer (.*)$/m.exec(stderr)![1]) as object;
      expect(answer).toMatchObject({
        environment: 'Dev', baseline: 'Prod', complete: true, compared: 2, open: 2,
        findings: [{ name: 'a', difference: 'VALUE_DIFFERS' }, { name: 'b', difference: 'MISSING' }],
      });
      const metrics = stdout.split('\n').find((line) => line.startsWith('{"_aws"'))!;
      expect(JSON.parse(metrics)).toMatchObject({ Environment: 'Dev', Organization: 'acme', ConfigurationDrift: 2, DriftDetectionErrors: 0 });
      expect(new Set(server.operations)).toEqual(new Set(['GET', 'PUT', 'UpdateItem', 'GetItem', 'Query', 'BatchGetItem', 'TransactWriteItems', 'GetParametersByPath', 'GetParameterHistory']));
      for (const { headers } of server.requests) expect(headers.authorization).toContain('Credential=111111111111/');
    } finally {
      await server.stop();
    }
  }, 30_000);
});
