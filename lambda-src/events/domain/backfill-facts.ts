import { Log } from '../../shared/log';
import { LearnedFact, StoreFacts } from '../truth-ports';
import { complianceFact } from './fact';
import { ingest, IngestDependencies } from './ingest';

/** Facts that AWS Config's API told go the way of events. */
export const storeFacts = (dependencies: Omit<IngestDependencies, 'current'>, log: Log): StoreFacts => async (facts) => {
  const { outcomes } = await ingest(facts.map((fact) => complianceFact({ ...fact, detail: detailOf(fact) })), { ...dependencies, current: true });
  for (const [index, outcome] of outcomes.entries()) {
    const { account, region, rule, resourceType } = facts[index];
    if (outcome.kind === 'failed') throw new Error(`a result of the rule ${rule} could not be stored: ${outcome.reason}`);
    if (outcome.kind === 'refused') log.error('a result cannot be stored', { account, region, rule, resourceType, reason: outcome.reason });
  }
  return outcomes.map(({ kind }) => kind === 'stored' || kind === 'stale');
};

/** As much of an event's detail as the API tells, in the same shape. */
function detailOf({ account, region, rule, resourceType, resourceId, status, previousStatus, recordedAt, annotation }: LearnedFact): object {
  const evaluationResultIdentifier = { evaluationResultQualifier: { configRuleName: rule, resourceType, resourceId } };
  return {
    resourceId,
    awsRegion: region,
    awsAccountId: account,
    configRuleName: rule,
    messageType: 'ComplianceChangeNotification',
    ...(previousStatus === undefined ? {} : { oldEvaluationResult: { evaluationResultIdentifier, complianceType: previousStatus } }),
    newEvaluationResult: {
      evaluationResultIdentifier, complianceType: status, resultRecordedTime: recordedAt, ...(annotation === undefined ? {} : { annotation }),
    },
    resourceType,
  };
}
