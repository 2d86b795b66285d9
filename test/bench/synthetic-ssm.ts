import { StandIn } from './counting-proxy';
import { Population } from './population';
import { Parameter } from '../../lambda-src/drift/ports';
import { parameterPrefix } from '../../src/drift/contract';

/** Parameter Store with more parameters than a local AWS can page through in a reasonable time. Other services are left alone. */
export function syntheticSsm(population: Population, organization: string): StandIn {
  const start = `${parameterPrefix(organization, '')}`;
  const split = (fullName: string): [string, string] => {
    const [environment, ...name] = fullName.slice(start.length).split('/');
    return [environment, name.join('/')];
  };
  const shown = (environment: string, { name, type, value, version, modifiedAt }: Parameter) => ({
    Name: `${parameterPrefix(organization, environment)}/${name}`, Type: type, Value: value, Version: version,
    DataType: 'text', LastModifiedDate: Date.parse(modifiedAt) / 1000,
  });
  return (operation, body) => {
    if (operation === 'ssm.GetParametersByPath') {
      const { Path, NextToken } = JSON.parse(body) as { Path: string; NextToken?: string };
      const [environment] = split(Path);
      const page = population.page(environment, NextToken);
      return { Parameters: page.parameters.map((parameter) => shown(environment, parameter)), NextToken: page.nextToken };
    }
    return operation.startsWith('ssm.') ? { __type: 'NotImplemented' } : undefined;
  };
}
