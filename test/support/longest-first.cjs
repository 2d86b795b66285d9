/**
 * Begins with the tests that take longest: on a fresh clone Jest knows of no times, and one of them begun last would be waited for alone.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = [
  'integration/least-privilege.test.ts', 'constructs/security/linters.test.ts', 'package/examples.test.ts', 'integration/example-lifecycle.test.ts',
  'integration/command-line.test.ts', 'integration/account-monitoring.test.ts', 'integration/drift-system.test.ts', 'integration/events-bad-days.test.ts',
  'integration/command-line-permissions.test.ts', 'constructs/security/nag.test.ts', 'lambda/events/domain/schedule.test.ts', 'integration/lifecycle.test.ts',
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONGEST.findIndex((name) => path.endsWith(`/test/${name}`));
      return at < 0 ? LONGEST.length : at;
    };
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};
