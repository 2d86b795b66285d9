import { priceApi } from './api';
import { priceOrganizationPack, priceOrganizationRule, pricePack, priceRecorder, priceRule } from './config';
import { priceCluster, priceInstance } from './database';
import { priceArchive, priceBus, priceEventRule, priceSchedule } from './events';
import { priceEventSource, priceFunction } from './functions';
import { priceAlarm, priceCompositeAlarm, priceDashboard } from './monitoring';
import { priceAddress, priceEndpoint, priceNatGateway } from './network';
import {
  priceBucket, priceGlobalTable, priceKey, priceParameter, priceQueue, priceSecret, priceSubscription, priceTable, priceTopic,
} from './storage';
import { Pricer } from './usage';
import { SECURE_STRING_RESOURCE_TYPE } from '../../foundation/contract';
import { ENSURE_RECORDER_RESOURCE_TYPE } from '../../rules/contract';

/** How each type of resource is charged. A new priced resource is a new line here. */
export const PRICERS: { readonly [type: string]: Pricer } = {
  'AWS::ApiGatewayV2::Api': priceApi,
  'AWS::CloudWatch::Alarm': priceAlarm,
  'AWS::CloudWatch::CompositeAlarm': priceCompositeAlarm,
  'AWS::CloudWatch::Dashboard': priceDashboard,
  'AWS::Config::ConfigRule': priceRule,
  'AWS::Config::ConfigurationRecorder': priceRecorder,
  'AWS::Config::ConformancePack': pricePack,
  'AWS::Config::OrganizationConfigRule': priceOrganizationRule,
  'AWS::Config::OrganizationConformancePack': priceOrganizationPack,
  'AWS::DynamoDB::GlobalTable': priceGlobalTable,
  'AWS::DynamoDB::Table': priceTable,
  'AWS::EC2::EIP': priceAddress,
  'AWS::EC2::NatGateway': priceNatGateway,
  'AWS::EC2::VPCEndpoint': priceEndpoint,
  'AWS::Events::Archive': priceArchive,
  'AWS::Events::EventBus': priceBus,
  'AWS::Events::Rule': priceEventRule,
  'AWS::KMS::Key': priceKey,
  'AWS::Lambda::EventSourceMapping': priceEventSource,
  'AWS::Lambda::Function': priceFunction,
  'AWS::RDS::DBCluster': priceCluster,
  'AWS::RDS::DBInstance': priceInstance,
  'AWS::S3::Bucket': priceBucket,
  'AWS::SNS::Subscription': priceSubscription,
  'AWS::SNS::Topic': priceTopic,
  'AWS::SQS::Queue': priceQueue,
  'AWS::SSM::Parameter': priceParameter,
  'AWS::Scheduler::Schedule': priceSchedule,
  'AWS::SecretsManager::Secret': priceSecret,
  [ENSURE_RECORDER_RESOURCE_TYPE]: priceRecorder,
  [SECURE_STRING_RESOURCE_TYPE]: priceParameter,
};

const POLICY = 'a permission: nothing is charged for it';
const NETWORK = 'part of a network: nothing is charged for it';
const SETTING = 'a setting of another resource, which is charged';

/** Types that cost nothing by themselves, and why. */
const FREE: { readonly [type: string]: string } = {
  'AWS::ApiGatewayV2::ApiMapping': SETTING,
  'AWS::ApiGatewayV2::Authorizer': SETTING,
  'AWS::ApiGatewayV2::Deployment': SETTING,
  'AWS::ApiGatewayV2::Integration': SETTING,
  'AWS::ApiGatewayV2::Route': SETTING,
  'AWS::ApiGatewayV2::Stage': SETTING,
  'AWS::CDK::Metadata': 'nothing at all',
  'AWS::Chatbot::SlackChannelConfiguration': 'Amazon Q Developer in chat applications is free; its topics are charged',
  'AWS::CloudFormation::CustomResource': 'its function is charged',
  'AWS::Config::ConfigurationAggregator': 'aggregation is free',
  'AWS::Config::DeliveryChannel': 'its bucket is charged',
  'AWS::EC2::InternetGateway': NETWORK,
  'AWS::EC2::Route': NETWORK,
  'AWS::EC2::RouteTable': NETWORK,
  'AWS::EC2::SecurityGroup': NETWORK,
  'AWS::EC2::SecurityGroupEgress': NETWORK,
  'AWS::EC2::SecurityGroupIngress': NETWORK,
  'AWS::EC2::Subnet': NETWORK,
  'AWS::EC2::SubnetRouteTableAssociation': NETWORK,
  'AWS::EC2::VPC': NETWORK,
  'AWS::EC2::VPCGatewayAttachment': NETWORK,
  'AWS::Events::EventBusPolicy': POLICY,
  'AWS::IAM::ManagedPolicy': POLICY,
  'AWS::IAM::Policy': POLICY,
  'AWS::IAM::Role': POLICY,
  'AWS::KMS::Alias': SETTING,
  'AWS::Lambda::EventInvokeConfig': SETTING,
  'AWS::Lambda::LayerVersion': SETTING,
  'AWS::Lambda::Permission': POLICY,
  'AWS::Logs::LogGroup': 'what is written to it is charged with the functions and databases that write; storage after compression is not counted',
  'AWS::RDS::DBClusterParameterGroup': SETTING,
  'AWS::RDS::DBParameterGroup': SETTING,
  'AWS::RDS::DBSubnetGroup': SETTING,
  'AWS::S3::BucketPolicy': POLICY,
  'AWS::SNS::TopicPolicy': POLICY,
  'AWS::SQS::QueuePolicy': POLICY,
  'AWS::Scheduler::ScheduleGroup': SETTING,
  'AWS::SecretsManager::ResourcePolicy': POLICY,
  'AWS::SecretsManager::RotationSchedule': 'its function is charged',
  'AWS::SecretsManager::SecretTargetAttachment': SETTING,
};

/** Why a type costs nothing by itself; nothing for a type that nobody has looked at. */
export function freeReason(type: string): string | undefined {
  return FREE[type] ?? (type.startsWith('Custom::') ? FREE['AWS::CloudFormation::CustomResource'] : undefined);
}
