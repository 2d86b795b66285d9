import { Tags } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { DataClassification, GovernanceTags } from './governance-tags';
import { requireTagValue } from '../private/validation';

/** Tags a tree. Tags that the consumer sets closer to a resource win. */
export function applyGovernanceTags(scope: IConstruct, organization: string | undefined, environment: string, tags: GovernanceTags = {}): void {
  const costCenter = tags.costCenter ?? 'infrastructure';
  requireTagValue('GovernanceTags.costCenter', costCenter);
  const values: { [key: string]: string } = {
    Environment: environment,
    ...organization === undefined ? {} : { Organization: organization },
    CostCenter: costCenter,
    DataClassification: (tags.dataClassification ?? DataClassification.CONFIDENTIAL).label,
  };
  if (tags.compliance !== undefined) {
    requireTagValue('GovernanceTags.compliance', tags.compliance);
    values.Compliance = tags.compliance;
  }
  for (const [key, value] of Object.entries(values)) { Tags.of(scope).add(key, value); }
}
