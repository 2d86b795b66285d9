import { AggregateEvaluationResult, EvaluationResult } from '@aws-sdk/client-config-service';
import { COMPLIANCE_TYPES } from '../../../src/events/contract';
import { described, isDenied } from '../../shared/aws-error';
import { Found, MemberDenied, RuleGone } from '../truth-ports';

/** Makes a call, and says of what was refused whether it is the account or the rule. */
export async function told<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, text } = described(error);
    if (isDenied(error)) throw new MemberDenied(`${name}: ${text}`);
    if (name === 'NoSuchConfigRuleException') throw new RuleGone(text);
    throw error;
  }
}

/** A result as the domain knows it. What is not understood is no result: the reading fails, and nothing is closed. */
export function foundOf(result: EvaluationResult | AggregateEvaluationResult): Found {
  const { EvaluationResultIdentifier, ComplianceType, ResultRecordedTime, Annotation } = result;
  const { ResourceType, ResourceId } = EvaluationResultIdentifier?.EvaluationResultQualifier ?? {};
  const status = COMPLIANCE_TYPES.find((known) => known === ComplianceType);
  if (!ResourceType || !ResourceId || !ResultRecordedTime || !status) {
    throw new Error(`AWS Config told a result that nobody understands: compliance ${String(ComplianceType)} of the type ${String(ResourceType)}`);
  }
  const recordedAt = ResultRecordedTime.toISOString();
  return { resourceType: ResourceType, resourceId: ResourceId, status, recordedAt, ...(Annotation ? { annotation: Annotation } : {}) };
}
