import { NoticingStore } from '../../../../lambda-src/foundation/domain/noticing-store';
import { SecretValue } from '../../../../lambda-src/foundation/domain/secret-value';
import { ParameterStore, Wanted } from '../../../../lambda-src/foundation/ports';
import { InMemoryParameterStore } from '../../../support/in-memory-secure-strings';

describe('a noticing store', () => {
  const wanted: Wanted = { name: '/a', tier: 'Standard', keyArn: 'key', source: { kind: 'secret', secret: 'db' }, adopt: false, tags: {} };
  const after = async (work: (store: ParameterStore) => Promise<unknown>): Promise<[unknown, boolean, string[]]> => {
    const inner = new InMemoryParameterStore();
    inner.put('/a', 'value');
    const store = new NoticingStore(inner);
    const outcome = await work(store).catch((error: Error) => error.message);
    return [outcome, store.written, inner.calls];
  };

  it.each<[string, (store: ParameterStore) => Promise<unknown>]>([
    ['find', (store) => store.find('/a')],
    ['value', (store) => store.value('/a')],
  ])('hands on %s, and has nothing written', async (operation, work) => {
    expect(await after(work)).toEqual([expect.anything(), false, [`${operation} /a`]]);
  });

  it.each<[string, (store: ParameterStore) => Promise<unknown>]>([
    ['overwrite', (store) => store.overwrite(wanted, new SecretValue('next'))],
    ['tag', (store) => store.tag('/a', { key: 'value' })],
    ['untag', (store) => store.untag('/a', ['key'])],
    ['delete', (store) => store.delete('/a')],
    ['create', (store) => store.create(wanted, new SecretValue('next'), {})],
  ])('hands on %s, and notices it, also when it fails', async (operation, work) => {
    expect((await after(work)).slice(1)).toEqual([true, [`${operation} /a`]]);
  });
});
