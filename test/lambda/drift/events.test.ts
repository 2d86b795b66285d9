import { readFileSync } from 'node:fs';
import { readPayload, relativeNames } from '../../../lambda-src/drift/detect/events';
import { fitted } from '../../../lambda-src/drift/detect/fitted';
import { DetectAnswer, FindingAnswer, SCHEDULED_CHECK } from '../../../src/drift/contract';

const change = (name: string, operation = 'Update') => ({
  'version': '0', 'id': 'e', 'detail-type': 'Parameter Store Change', 'source': 'aws.ssm', 'account': '111111111111', 'time': '2026-11-22T10:00:00Z',
  'region': 'eu-central-1', 'resources': [`arn:aws:ssm:eu-central-1:111111111111:parameter${name}`], 'detail': { name, type: 'String', operation },
});
const batch = (...bodies: unknown[]) => ({
  Records: bodies.map((body, i) => ({ messageId: `m${i}`, receiptHandle: `r${i}`, eventSource: 'aws:sqs', body: typeof body === 'string' ? body : JSON.stringify(body), attributes: {} })),
});
const notices = (...bodies: unknown[]) => {
  const payload = readPayload(batch(...bodies));
  return payload.kind === 'batch' ? payload.records.map(({ notice }) => notice) : [];
};

describe('an invocation', () => {
  it.each([[{}], [null], [undefined]])('without anything is a full check (%j)', (event) => {
    expect(readPayload(event)).toEqual({ kind: 'direct', trigger: { kind: 'full' } });
  });

  it('by the schedule is a scheduled check', () => {
    expect(readPayload(SCHEDULED_CHECK)).toEqual({ kind: 'direct', trigger: { kind: 'scheduled' } });
  });

  it.each([
    [{ foo: 1 }, 'foo'], [{ check: 'full' }, 'check'], [{ check: 'scheduled', more: 1 }, 'check, more'], [[], ''], ['text', 'string'], [7, 'number'],
    [{ Records: [{ eventSource: 'aws:sns', messageId: 'm', body: '' }] }, 'Records'],
  ])('with something else is refused, and told what is allowed (%j)', (event, shown) => {
    expect(() => readPayload(event)).toThrow(`the payload (${shown}). Allowed are {} for a full check, {"check":"scheduled"}`);
  });

  it('never shows a payload\'s content', () => {
    expect(() => readPayload({ foo: 'canary' })).not.toThrow(/canary/);
  });
});

describe('a record of the own queue', () => {
  it.each(['Create', 'Update', 'Delete'])('tells the name of a parameter after %s', (operation) => {
    expect(notices(change('/acme/Dev/a', operation))).toEqual([{ kind: 'changed', name: '/acme/Dev/a' }]);
  });

  it('is nothing to do after a label', () => {
    expect(notices(change('/acme/Dev/a', 'LabelParameterVersion'))).toEqual([{ kind: 'irrelevant' }]);
  });

  it('tells of a walk to go on with', () => {
    expect(notices({ continueWalk: 'parity/walks/run.json.gz' })).toEqual([{ kind: 'continue', key: 'parity/walks/run.json.gz' }]);
  });

  it.each(['', 'text', '7', 'null', '{}', '{"continueWalk":""}', '{"source":"aws.ssm"}', JSON.stringify({ ...change('/a'), source: 'me' })])('is unreadable when it is %s', (body) => {
    expect(notices(body)).toEqual([{ kind: 'unreadable', problem: expect.any(String) }]);
  });

  it('keeps its id', () => {
    expect(readPayload(batch('x', change('/a')))).toMatchObject({ records: [{ id: 'm0' }, { id: 'm1' }] });
  });

  it.each(['30-ssm-parameter-create', '32-ssm-parameter-delete', '34-ssm-parameter-create-hierarchical-no-description'])('is read as AWS sends it: %s', (sample) => {
    const text = readFileSync(`${__dirname}/samples/${sample}.json`, 'utf8');
    expect(notices(text)).toEqual([{ kind: 'changed', name: (JSON.parse(text) as { detail: { name: string } }).detail.name }]);
  });
});

describe('names of changed parameters', () => {
  it('are relative, once each, and only those of the environments', () => {
    expect(relativeNames('acme', ['Dev', 'Prod'], [
      '/acme/Dev/a/b', '/acme/Prod/a/b', '/acme/Prod/c', '/acme/Development/d', '/acme/Staging/e', '/other/Dev/f', 'MyExampleParameter', '/acme/Dev/', '/acme/Dev', '/acme/Dev/A/b',
    ])).toEqual(['a/b', 'c', 'A/b']);
  });
});

describe('an answer', () => {
  const finding = (i: number): FindingAnswer => ({
    id: String(i), subject: 'parameter', name: `n${i}`, difference: 'MISSING', status: 'open', explanation: 'ä'.repeat(500), firstSeen: 'f', lastSeen: 'l',
  });
  const answer = (count: number): DetectAnswer => ({
    runId: 'r', environment: 'Dev', baseline: 'Prod', complete: true, causes: [], notes: [], driftDetected: true, compared: count, ignored: 0,
    open: count, pending: 0, waived: 0, opened: 0, reopened: 0, resolved: 0, truncated: false,
    findings: Array.from({ length: count }, (_, i) => finding(i)),
  });

  it('that fits is left as it is', () => {
    const whole = answer(20);
    expect(fitted(whole)).toBe(whole);
  });

  it('that does not fit says so, and still counts everything', () => {
    const cut = fitted(answer(20), 10_000);
    expect(cut.truncated).toBe(true);
    expect(cut.open).toBe(20);
    expect(cut.findings.length).toBeGreaterThan(5);
    expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThanOrEqual(10_000);
    expect(cut.findings).toEqual(answer(20).findings.slice(0, cut.findings.length));
  });

  it('of the largest kind fits into Lambda\'s 6 MB', () => {
    expect(Buffer.byteLength(JSON.stringify(fitted(answer(10_000))))).toBeLessThan(6 * 1024 * 1024);
  });
});
