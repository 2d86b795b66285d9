import { Parameter, ParameterReader } from '../../lambda-src/drift/ports';

export interface GivenParameter {
  readonly name: string;
  readonly value: string;
  readonly type: Parameter['type'];
}

const plain = (name: string, value = `value of ${name}`): GivenParameter => ({ name, value, type: 'String' });

/** What every parameter reader must do. `make` writes the parameters, in this order, below an environment of their own. */
export function parameterReaderContract(make: (parameters: GivenParameter[]) => Promise<ParameterReader> | ParameterReader): void {
  const walk = async (reader: ParameterReader) => {
    const found: Parameter[] = [];
    let pages = 0;
    let token: string | undefined;
    do {
      const page = await reader.page(token);
      found.push(...page.parameters);
      token = page.nextToken;
      pages += 1;
    } while (token !== undefined);
    return { found, pages };
  };

  it('walks over every name once, ten a page', async () => {
    const names = Array.from({ length: 25 }, (_, i) => `app/${i % 3}/n${i}`);
    const { found, pages } = await walk(await make(names.map((name) => plain(name))));
    expect(found.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(pages).toBe(3);
  });

  it('finds nothing where nothing is', async () => {
    const reader = await make([]);
    await expect(walk(reader)).resolves.toEqual({ found: [], pages: 1 });
    await expect(reader.named(['a'])).resolves.toEqual([]);
    await expect(reader.lastChange('a')).resolves.toBeUndefined();
  });

  it('shows the value of plain parameters, and of SecureStrings the type only', async () => {
    const reader = await make([plain('a', 'ä\n"1"'), { name: 'b', value: 'x,y', type: 'StringList' }, { name: 'c', value: 'canary', type: 'SecureString' }]);
    for (const found of [(await walk(reader)).found, await reader.named(['a', 'b', 'c'])]) {
      expect(found.sort((x, y) => (x.name < y.name ? -1 : 1)).map(({ name, type, value }) => ({ name, type, value }))).toEqual([
        { name: 'a', type: 'String', value: 'ä\n"1"' }, { name: 'b', type: 'StringList', value: 'x,y' }, { name: 'c', type: 'SecureString', value: undefined },
      ]);
      expect('value' in found[2]).toBe(false);
    }
  });

  it('reads names of every kind, and only those that exist', async () => {
    const names = ['App/Case', 'app/case', 'a.b-c_d/9', 'deep/er/and/deep/er/still'];
    const reader = await make(names.map((name) => plain(name)));
    const found = await reader.named([...names, 'app/none', ...Array.from({ length: 12 }, (_, i) => `no/${i}`), 'app/case']);
    expect(found.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('knows versions, and who wrote the last one', async () => {
    const reader = await make([plain('a', '1'), plain('a', '2'), plain('a', '3')]);
    const [found] = await reader.named(['a']);
    expect(found).toMatchObject({ version: 3, value: '3', modifiedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) });
    await expect(reader.lastChange('a')).resolves.toMatchObject({ version: 3, by: expect.stringMatching(/^arn:aws:/) });
  });
}
