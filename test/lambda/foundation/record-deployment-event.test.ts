import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStackEvent } from '../../../lambda-src/foundation/record-deployment/event';
import { stackEvent } from '../../support/stack-event';

describe('an event', () => {
  it('is read as AWS documents it', () => {
    const sample = JSON.parse(readFileSync(join(__dirname, 'samples', 'stack-status-change.json'), 'utf8')) as unknown;
    expect(readStackEvent(sample)).toEqual({
      eventId: '6a7e8feb-b491-4cf7-a9f1-bf3703467718', at: new Date('2017-12-22T18:43:48Z'), status: 'CREATE_COMPLETE', requestToken: '',
      stackId: 'arn:aws:cloudformation:us-west-1:111122223333:stack/teststack', stackName: 'teststack',
    });
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov'])('is read with the whole stack id, in %s too, and without a token', (partition) => {
    const stackId = `arn:${partition}:cloudformation:eu-central-1:111111111111:stack/Payments-Dev/99c87d30-690d-11f0-bd3a-0a7c3e4bb8a7`;
    expect(readStackEvent(stackEvent({ stackId, token: undefined }))).toMatchObject({ stackId, stackName: 'Payments-Dev', requestToken: undefined });
  });

  it('leaves the reason out, which may quote a property', () => {
    expect(JSON.stringify(readStackEvent(stackEvent({ reason: 'hunter2' })))).not.toContain('hunter2');
  });

  const good = stackEvent();
  it.each([
    [{}, 'id, time, source'], [null, 'the event'], ['text', 'the event'], [{ ...good, source: 'aws.ssm' }, 'source'], [{ ...good, time: 'today' }, 'time'], [{ ...good, id: '' }, 'id'],
    [{ ...good, 'detail-type': 'CloudFormation Resource Status Change' }, 'detail-type'], [{ ...good, detail: { ...good.detail, 'stack-id': 'Payments#Dev' } }, 'detail.stack-id'],
    [{ ...good, detail: { 'stack-id': good.detail['stack-id'] } }, 'detail.status-details'],
  ])('that is something else is refused: %j', (event, where) => {
    expect(() => readStackEvent(event)).toThrow(`this function records "CloudFormation Stack Status Change" events of aws.cloudformation, and this is none: look at ${where}`);
  });
});
