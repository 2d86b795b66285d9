import { noteVerifications } from '../../../../lambda-src/events/domain/note-verifications';
import { EVENT_KEYS } from '../../../../src/events/contract';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const log = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };

test('each test event that was announced is noted once, for a week', async () => {
  const table = new InMemoryEventTable();
  await noteVerifications(table, ['a', 'b', 'a'], NOW, log);
  expect(table.all()).toEqual(['a', 'b'].map((id) => ({ ...EVENT_KEYS.verification(id), announcedAt: '2026-11-24T12:00:00.000Z', expiresAt: 1_796_126_400 })));
  expect(table.consumed).toMatchObject({ requests: 2, writeUnits: 2 });
});

test('what cannot be noted is told, and fails nothing', async () => {
  const table = new InMemoryEventTable();
  table.write = () => Promise.reject(new Error('throttled'));
  await noteVerifications(table, ['a'], NOW, log);
  expect(log.warn).toHaveBeenCalledWith('a test event was announced, and that could not be noted', { verification: 'a', error: expect.objectContaining({ text: 'throttled' }) });
});
