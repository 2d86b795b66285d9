import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { complianceMessage, ingestEnvironment, queueEvent } from '../../support/event-messages';
import { recountOf } from '../../support/event-recount';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { StubEventTable } from '../../support/stub-event-table';
import { StubServer } from '../../support/stub-server';

const run = promisify(execFile);
const BUNDLE = join(__dirname, '..', '..', '..', 'assets', 'events', 'ingest');

describe('events/ingest as it ships', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingest-bundle-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs alone, with nothing but its credentials and settings', async () => {
    const stub = new StubEventTable(new InMemoryEventTable());
    const server = await StubServer.start((request) => stub.answer(request));
    const at = new Date().toISOString();
    const message = (resourceId: string) => ({ ...complianceMessage({ resourceId, recordedAt: at }), time: at });
    cpSync(BUNDLE, join(folder, 'ingest'), { recursive: true });
    writeFileSync(join(folder, 'event.json'), JSON.stringify(queueEvent(message('vol-1'), 'poison', message('vol-2'), message('vol-1'))));
    writeFileSync(join(folder, 'call.mjs'), `
      import { readFileSync } from 'node:fs';
      import { handler } from './ingest/index.mjs';
      const answer = await handler(JSON.parse(readFileSync('event.json', 'utf8')), { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 60_000 });
      console.error('answer ' + JSON.stringify(answer));
    `);
    try {
      const { stdout, stderr } = await run(process.execPath, [join(folder, 'call.mjs')], { cwd: folder, env: ingestEnvironment(server.url) });
      expect(JSON.parse(/^answer (.*)$/m.exec(stderr)![1])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
      const metrics = stdout.split('\n').find((line) => line.startsWith('{"_aws"'))!;
      expect(JSON.parse(metrics)).toMatchObject({ Hub: 'compliance', ConfigEventsProcessed: 4, ConfigEventProcessingErrors: 1, EventsDuplicate: 1 });
      expect(stub.table.all().filter(({ sk }) => sk.startsWith('STATE#'))).toHaveLength(2);
      expect(recountOf(stub.table.all())).toEqual([]);
      expect(new Set(server.operations)).toEqual(new Set(['Query', 'UpdateItem', 'BatchGetItem', 'TransactWriteItems']));
      for (const { headers } of server.requests) expect(headers.authorization).toContain('Credential=111111111111/');
    } finally {
      await server.stop();
    }
  });
});
