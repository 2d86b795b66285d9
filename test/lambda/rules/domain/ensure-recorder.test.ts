import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { ownerOf } from '../../../../lambda-src/rules/domain/ensure-recorder';
import { handle } from '../../../../lambda-src/rules/ensure-recorder';
import { RECORDER_OWNER_TAG } from '../../../../src/rules/contract';
import { RecorderWorld } from '../../../support/in-memory-recorder';

const stackId = (name = 'Compliance-Prod', guid = 'guid-1') => `arn:aws:cloudformation:eu-central-1:111111111111:stack/${name}/${guid}`;
const OWNER = 'Compliance-Prod/Recorder';
const NAME = 'ComplianceProdRecorder1A2B';
type Properties = { [name: string]: unknown };

const wanted = (more: Properties = {}, recording: Properties = {}, channel: Properties = {}): Properties => ({
  ServiceToken: 'f', Name: NAME, RoleArn: 'arn:role', ServiceLinkedRole: 'true', Tags: { Environment: 'Prod' },
  Recording: { GlobalTypes: 'true', Frequency: 'CONTINUOUS', ...recording },
  Channel: { Bucket: 'reports', KeyArn: 'arn:key', Frequency: 'TwentyFour_Hours', ...channel }, ...more,
});

describe('a recorder is ensured', () => {
  let world: RecorderWorld;
  beforeEach(() => { world = new RecorderWorld(); });
  const send = (type: 'Create' | 'Update' | 'Delete', properties: Properties, more: Properties = {}) => handle({
    RequestType: type, StackId: stackId(), LogicalResourceId: 'Recorder', ResourceProperties: properties, PhysicalResourceId: NAME,
    OldResourceProperties: wanted(), ...more,
  } as unknown as CloudFormationCustomResourceEvent, () => world);
  const created = (name = NAME) => ({ physicalResourceId: name, data: { RecorderName: name, Created: 'true' } });
  const left = (name = 'theirs') => ({ physicalResourceId: name, data: { RecorderName: name, Created: 'false' } });
  const writes = () => world.faults.calls.filter((call) => !/^find/.test(call));

  describe('where there is none', () => {
    it('with its role, its tags and its owner, a channel, and it records', async () => {
      await expect(send('Create', wanted())).resolves.toEqual(created());
      expect(world.hasRole).toBe(true);
      expect(world.recorders.recorder).toEqual({
        name: NAME, roleArn: 'arn:role', running: true, tags: { Environment: 'Prod', [RECORDER_OWNER_TAG]: OWNER },
        recording: { globalTypes: true, frequency: 'CONTINUOUS', overrides: [] },
      });
      expect(world.recorders.channel).toEqual({ name: NAME, settings: { bucket: 'reports', keyArn: 'arn:key', frequency: 'TwentyFour_Hours' } });
      expect(writes()).toEqual(['role', 'putRecorder', 'putChannel', 'start']);
    });

    it('with a role of the consumer\'s, and then the service\'s role is not asked for', async () => {
      await send('Create', wanted({ ServiceLinkedRole: 'false' }));
      expect(world.faults.count('role')).toBe(0);
    });

    it('once, when the event comes twice', async () => {
      await send('Create', wanted());
      await expect(send('Create', wanted())).resolves.toEqual(created());
      expect(world.recorders.recorder!.running).toBe(true);
    });

    it('beside a channel that somebody left behind', async () => {
      world.theirs();
      world.recorders.recorder = undefined;
      await expect(send('Create', wanted())).resolves.toEqual(created());
      expect(world.recorders.channel!.settings.bucket).toBe('their-bucket');
      expect(world.recorders.recorder).toMatchObject({ running: true });
      expect(world.log.lines[0].message).toBe('the account has the delivery channel theirs, which is left as it is: what is recorded goes to its bucket');
    });

    it('with the channel of somebody who was faster', async () => {
      world.faults.before = (call) => { if (call === 'putChannel') world.recorders.channel = { name: 'theirs', settings: { bucket: 'b', frequency: 'One_Hour' } }; };
      await expect(send('Create', wanted())).resolves.toEqual(created());
      expect(world.log.lines[0].message).toBe('the account has another delivery channel, which is left as it is: what is recorded goes to its bucket');
    });

    it.each(['role', 'putRecorder', 'putChannel', 'start'] as const)('again, after %s failed and the creation was rolled back', async (operation) => {
      for (const when of ['before', 'after'] as const) {
        world = new RecorderWorld();
        world.faults.plan({ operation, when });
        await expect(send('Create', wanted())).rejects.toThrow(`planned fault ${when} ${operation}`);
        await send('Delete', wanted(), { PhysicalResourceId: 'failed-request' });
        await expect(send('Create', wanted({}, { Frequency: 'DAILY' }))).resolves.toEqual(created());
        expect(world.recorders.recorder).toMatchObject({ running: true, recording: { frequency: 'DAILY' } });
      }
    });
  });

  describe('where somebody else made one', () => {
    it.each([[{}, ''], [{ [RECORDER_OWNER_TAG]: 'Other/Recorder' }, ' of Other/Recorder']])('by leaving it exactly as it is (%j)', async (tags, whose) => {
      const before = JSON.stringify(world.theirs(tags));
      await expect(send('Create', wanted())).resolves.toEqual(left());
      await expect(send('Update', wanted({}, { Frequency: 'DAILY' }), { PhysicalResourceId: 'theirs' })).resolves.toEqual(left());
      await send('Delete', wanted(), { PhysicalResourceId: 'theirs' });
      expect(JSON.stringify(world.recorders.recorder)).toBe(before);
      expect(writes()).toEqual([]);
      expect(world.log.lines[0].message).toBe(`the account has the recorder theirs${whose}, which is left as it is`);
    });

    it('also when it does not run and has no channel: that is for its health to tell', async () => {
      world.theirs().running = false;
      world.recorders.channel = undefined;
      await expect(send('Create', wanted())).resolves.toEqual(left());
      expect(writes()).toEqual([]);
    });

    it('a moment before', async () => {
      world.faults.before = (call) => { if (call === 'putRecorder') world.theirs(); };
      await expect(send('Create', wanted())).resolves.toEqual(left());
      expect(world.recorders.recorder).toMatchObject({ name: 'theirs', tags: {}, recording: { frequency: 'DAILY' } });
      expect(writes()).toEqual(['role', 'putRecorder']);
    });

    it('a moment before, and deleted it again', async () => {
      world.faults.before = (call) => {
        if (call === 'putRecorder') world.theirs();
        if (call === 'find' && world.faults.count('find') === 2) world.recorders.recorder = undefined;
      };
      await expect(send('Create', wanted())).rejects.toThrow('AWS Config says that the account has a recorder and lists none; deploy again');
    });
  });

  describe('is changed', () => {
    beforeEach(() => send('Create', wanted()));

    it('to other options, and back when the update is rolled back', async () => {
      const other = wanted({}, { ExcludedTypes: ['AWS::EC2::Instance'], GlobalTypes: 'false' }, { Bucket: 'other', Prefix: 'audit' });
      await expect(send('Update', other)).resolves.toEqual(created());
      expect(world.recorders.recorder!.recording).toMatchObject({ excluded: ['AWS::EC2::Instance'], globalTypes: false });
      expect(world.recorders.channel!.settings).toMatchObject({ bucket: 'other', prefix: 'audit' });
      await send('Update', wanted(), { OldResourceProperties: other });
      expect(world.recorders.recorder!.recording).toEqual({ globalTypes: true, frequency: 'CONTINUOUS', overrides: [] });
      expect(world.recorders.channel!.settings).toMatchObject({ bucket: 'reports' });
    });

    it('in its tags, and leaves those of others', async () => {
      world.recorders.recorder!.tags = { ...world.recorders.recorder!.tags, Theirs: 'x' };
      await send('Update', wanted({ Tags: { Organization: 'bank' } }));
      expect(world.recorders.recorder!.tags).toEqual({ Organization: 'bank', Theirs: 'x', [RECORDER_OWNER_TAG]: OWNER });
      await send('Update', wanted({ Tags: undefined }), { OldResourceProperties: { Tags: { Organization: 'bank' } } });
      expect(world.recorders.recorder!.tags).toEqual({ Theirs: 'x', [RECORDER_OWNER_TAG]: OWNER });
      await send('Update', wanted({ Tags: undefined }), { OldResourceProperties: {} });
      expect(world.recorders.recorder!.tags).toEqual({ Theirs: 'x', [RECORDER_OWNER_TAG]: OWNER });
    });

    it('to record again, when it was stopped, or lost its channel', async () => {
      world.recorders.recorder!.running = false;
      world.recorders.channel = undefined;
      await send('Update', wanted());
      expect([world.recorders.recorder!.running, world.recorders.channel]).toEqual([true, expect.anything()]);
    });

    it('to a new one, when it was deleted', async () => {
      world.recorders.recorder = undefined;
      await expect(send('Update', wanted())).resolves.toEqual(created());
      expect(world.recorders.recorder).toMatchObject({ running: true });
    });

    it('not, when somebody took it over', async () => {
      world.recorders.recorder!.tags = { [RECORDER_OWNER_TAG]: 'Platform/Recorder' };
      await expect(send('Update', wanted({}, { Frequency: 'DAILY' }))).resolves.toEqual(left(NAME));
      expect(world.recorders.recorder!.recording.frequency).toBe('CONTINUOUS');
    });

    it('by the next stack of that name, and by no other', async () => {
      await send('Delete', wanted());
      expect(world.recorders.recorder!.running).toBe(true);
      await expect(send('Create', wanted({}, {}, { Bucket: 'new' }), { StackId: stackId('Compliance-Prod', 'guid-2') })).resolves.toEqual(created());
      expect(world.recorders.channel!.settings.bucket).toBe('new');
      await expect(send('Create', wanted(), { StackId: stackId('Other') })).resolves.toEqual(left(NAME));
    });
  });

  it('and is never deleted; that asks nothing, so that nothing can go wrong', async () => {
    await expect(handle({ RequestType: 'Delete', PhysicalResourceId: NAME } as unknown as CloudFormationCustomResourceEvent, () => {
      throw new Error('not even a client');
    })).resolves.toEqual({ physicalResourceId: NAME });
  });

  it.each<[Properties, string]>([
    [{ Name: NAME }, 'RoleArn, ServiceLinkedRole, Recording, Channel'],
    [wanted({}, { IncludedTypes: [] }), 'Recording.IncludedTypes'],
    [wanted({}, {}, { Frequency: 'Weekly' }), 'Channel.Frequency'],
    [wanted({ ServiceLinkedRole: true }), 'ServiceLinkedRole'],
  ])('not from properties that cannot be read (%#)', async (properties, places) => {
    await expect(send('Create', properties)).rejects.toThrow(`the properties of the recorder are not readable (${places}); deploy the stack again`);
    expect(world.faults.calls).toEqual([]);
  });

  it('for an owner whose name fits a tag', () => {
    expect(ownerOf(stackId(), 'Recorder')).toBe(OWNER);
    expect(ownerOf(stackId(), 'x'.repeat(255))).toHaveLength(256);
  });
});
