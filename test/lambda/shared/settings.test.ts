import { Settings } from '../../../lambda-src/shared/settings';

describe('settings', () => {
  it('are what the environment was when they were taken', () => {
    const environment: { [name: string]: string } = { NAME: 'before' };
    const settings = new Settings(environment);
    environment.NAME = 'after';
    expect(settings.required('NAME')).toBe('before');
  });

  it.each([[{}], [{ TABLE_NAME: '' }]])('names what is missing and says who sets it (%j)', (environment) => {
    expect(() => new Settings(environment).required('TABLE_NAME')).toThrow(/TABLE_NAME is missing: the construct sets/);
  });

  it('reads numbers', () => {
    const settings = new Settings({ RATE: '6.5', ZERO: '0' });
    expect(settings.number('RATE')).toBe(6.5);
    expect(settings.number('ZERO')).toBe(0);
  });

  it.each(['many', ' ', '-1', 'NaN', 'Infinity', '1e999'])('refuses %j as a number', (text) => {
    expect(() => new Settings({ RATE: text }).number('RATE')).toThrow(/RATE is '.*', but must be a number of zero or more/);
  });

  it('takes one of a few', () => {
    expect(new Settings({ DETAIL: 'NAMES' }).oneOf('DETAIL', ['NAMES', 'MORE'])).toBe('NAMES');
    expect(() => new Settings({ DETAIL: 'names' }).oneOf('DETAIL', ['NAMES', 'MORE'])).toThrow("DETAIL is 'names', but must be one of NAMES, MORE");
  });

  it('finds region and endpoint as the SDK does', () => {
    expect(new Settings({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' }).region).toBe('eu-west-1');
    expect(new Settings({ AWS_DEFAULT_REGION: 'us-east-1' }).region).toBe('us-east-1');
    expect(new Settings({}).endpoint('S3')).toBeUndefined();
    expect(new Settings({ AWS_ENDPOINT_URL: 'http://all' }).endpoint('S3')).toBe('http://all');
    expect(new Settings({ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_S3: 'http://s3' }).endpoint('S3')).toBe('http://s3');
  });

  it('takes the environment of the process when told nothing else', () => {
    process.env.SETTINGS_TEST = 'here';
    expect(new Settings().required('SETTINGS_TEST')).toBe('here');
    delete process.env.SETTINGS_TEST;
  });
});
