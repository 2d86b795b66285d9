import * as fc from 'fast-check';
import { consoleHome, consoleLink, LONGEST_LINK } from '../../../../lambda-src/alerts/domain/console-link';
import { stateChange } from '../../../support/state-change';

const link = (more = {}) => consoleLink(stateChange(more));

describe('the link into the console', () => {
  it.each([
    ['eu-central-1', 'eu-central-1.console.aws.amazon.com'],
    ['cn-north-1', 'cn-north-1.console.amazonaws.cn'],
    ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ])('of %s is in its partition', (region, host) => {
    expect(link({ region })).toBe(`https://${host}/config/home?region=${region}#/resources/timeline?resourceId=ledger&resourceType=AWS%3A%3AS3%3A%3ABucket`);
    expect(consoleHome({ region })).toBe(`https://${host}/config/home?region=${region}#/dashboard`);
  });

  it.each([
    ['arn:aws:elasticloadbalancing:x:1:loadbalancer/app/a b/50dc', 'arn%3Aaws%3Aelasticloadbalancing%3Ax%3A1%3Aloadbalancer%2Fapp%2Fa%20b%2F50dc'],
    ['x&resourceType=AWS::IAM::User#/"<>', 'x%26resourceType%3DAWS%3A%3AIAM%3A%3AUser%23%2F%22%3C%3E'],
    ["it's(*)!", 'it%27s%28%2A%29%21'],
    ['\ud800', '%EF%BF%BD'],
  ])('of the resource %j has its id encoded', (resourceId, encoded) => {
    expect(new URL(link({ resourceId })).hash).toBe(`#/resources/timeline?resourceId=${encoded}&resourceType=AWS%3A%3AS3%3A%3ABucket`);
  });

  it.each([
    ['an account', { resourceType: 'AWS::::Account', resourceId: '111111111111' }],
    ['nothing that AWS Config records', { resourceType: 'Bucket' }],
    ['no resource', { resourceId: '' }],
    ['an id that makes it too long', { resourceId: '名'.repeat(768) }],
  ])('leads to the rule for %s', (_what, more) => {
    expect(link(more)).toBe('https://eu-central-1.console.aws.amazon.com/config/home?region=eu-central-1#/rules/details?configRuleName=s3-bucket-public-read-prohibited');
  });

  it('leads nowhere else, whatever the region is called', () => {
    expect(link({ region: 'evil.example/x' })).toMatch(/^https:\/\/console\.aws\.amazon\.com\/config\/home#/);
  });

  it('is a URL of the console that a button takes, for every resource', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 768 }), fc.string({ unit: 'binary', maxLength: 256 }), (resourceId, resourceType) => {
      const url = link({ resourceId, resourceType });
      expect(url.length).toBeLessThanOrEqual(LONGEST_LINK);
      expect(new URL(url).host).toBe('eu-central-1.console.aws.amazon.com');
    }));
  });
});
