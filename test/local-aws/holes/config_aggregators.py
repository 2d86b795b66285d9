"""Aggregators of AWS Config: what rules of several accounts and regions found, read in one place.

An aggregator has its accounts, which have to agree, or the organization as its source.
https://docs.aws.amazon.com/config/latest/developerguide/aggregate-data.html
https://docs.aws.amazon.com/config/latest/APIReference/API_GetAggregateComplianceDetailsByConfigRule.html
MiniStack has none. Here an aggregator knows at once what AWS tells it some minutes later.
"""

import time

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import config

from config_api import Refused, action, page
from holes.config_evaluations import compliance_of_results, results_of
from holes.config_types import register
from holes.organization import fellow_accounts

_aggregators = AccountRegionScopedDict()
# By the account and region that may read.
_agreements = AccountRegionScopedDict()


@action('PutConfigurationAggregator')
def put_aggregator(request):
    sources, organization = request.get('AccountAggregationSources'), request.get('OrganizationAggregationSource')
    if bool(sources) == bool(organization):
        raise Refused('InvalidParameterValueException', 'You must specify either AccountAggregationSources or OrganizationAggregationSource.')
    name = request['ConfigurationAggregatorName']
    before, now = _aggregators.get(name) or {}, time.time()
    _aggregators[name] = {
        'ConfigurationAggregatorName': name, 'CreationTime': before.get('CreationTime', now), 'LastUpdatedTime': now,
        'ConfigurationAggregatorArn': f'arn:aws:config:{get_region()}:{get_account_id()}:config-aggregator/{name}',
        **({'AccountAggregationSources': sources} if sources else {'OrganizationAggregationSource': organization}),
    }
    return {'ConfigurationAggregator': _aggregators[name]}


@action('DeleteConfigurationAggregator')
def delete_aggregator(request):
    del _aggregators[_known(request)['ConfigurationAggregatorName']]


@action('DescribeConfigurationAggregators')
def describe_aggregators(request):
    names = request.get('ConfigurationAggregatorNames') or sorted(_aggregators)
    return page(request, [_known({'ConfigurationAggregatorName': name}) for name in names], 'ConfigurationAggregators', 100)


@action('PutAggregationAuthorization')
def put_agreement(request):
    _agreements[f"{request['AuthorizedAccountId']} {request['AuthorizedAwsRegion']}"] = True
    return {'AggregationAuthorization': {key: request[key] for key in ('AuthorizedAccountId', 'AuthorizedAwsRegion')}}


@action('DeleteAggregationAuthorization')
def delete_agreement(request):
    _agreements.pop(f"{request['AuthorizedAccountId']} {request['AuthorizedAwsRegion']}", None)


@action('DescribeConfigurationAggregatorSourcesStatus')
def sources_status(request):
    found = [{
        'SourceId': account, 'SourceType': 'ACCOUNT', 'AwsRegion': region, 'LastUpdateTime': time.time(), 'LastUpdateStatus': 'SUCCEEDED' if agreed else 'FAILED',
        **({} if agreed else {'LastErrorCode': 'AccessDenied', 'LastErrorMessage': 'The account has not authorized the aggregator.'}),
    } for account, region, agreed in _sources(_known(request))]
    wanted = request.get('UpdateStatus')
    return page(request, [each for each in found if not wanted or each['LastUpdateStatus'] in wanted], 'AggregatedSourceStatusList', 100)


@action('DescribeAggregateComplianceByConfigRules')
def compliance_by_rules(request):
    wanted = request.get('Filters') or {}
    found = []
    for account, region, agreed in _sources(_known(request)):
        if not agreed or wanted.get('AccountId', account) != account or wanted.get('AwsRegion', region) != region:
            continue
        for name in sorted(scope[2] for scope in config._config_rules._data if scope[:2] == (account, region)):
            compliance = compliance_of_results(results_of(account, region, name))
            if wanted.get('ConfigRuleName', name) == name and wanted.get('ComplianceType', compliance['ComplianceType']) == compliance['ComplianceType']:
                found.append({'ConfigRuleName': name, 'Compliance': compliance, 'AccountId': account, 'AwsRegion': region})
    return page(request, found, 'AggregateComplianceByConfigRules', 1000)


@action('GetAggregateComplianceDetailsByConfigRule')
def compliance_details(request):
    account, region, wanted = request['AccountId'], request['AwsRegion'], request.get('ComplianceType')
    if wanted not in (None, 'COMPLIANT', 'NON_COMPLIANT'):
        raise Refused('ValidationException', 'The compliance type must be COMPLIANT or NON_COMPLIANT.')
    if (account, region, True) not in _sources(_known(request)):
        raise Refused('ValidationException', f'The account {account} and region {region} are not in the aggregator.')
    results = [{**result, 'AccountId': account, 'AwsRegion': region} for result in results_of(account, region, request['ConfigRuleName'])
               if not wanted or result['ComplianceType'] == wanted]
    return page({'Limit': 50, **{key: value for key, value in request.items() if value}}, results, 'AggregateEvaluationResults', 100)


def _known(request):
    name = request.get('ConfigurationAggregatorName')
    if name not in _aggregators:
        raise Refused('NoSuchConfigurationAggregatorException', f'The configuration aggregator {name} does not exist.')
    return _aggregators[name]


def _sources(aggregator):
    """Account, region, and whether the account lets itself be read."""
    if 'OrganizationAggregationSource' in aggregator:
        source = aggregator['OrganizationAggregationSource']
        return [(account, region, True) for account in fellow_accounts(get_account_id()) for region in _regions(source, account)]
    return [(account, region, _agrees(account, region)) for source in aggregator['AccountAggregationSources']
            for account in source['AccountIds'] for region in _regions(source, account)]


def _regions(source, account):
    """All regions are those where the account uses AWS Config, and this one."""
    if source.get('AwsRegions'):
        return source['AwsRegions']
    return sorted({get_region(), *(scope[1] for scope in config._recorders._data if scope[0] == account)})


def _agrees(account, region):
    return account == get_account_id() or bool(_agreements.get_scoped(account, region, f'{get_account_id()} {get_region()}'))


def _put(name, props):
    put_aggregator({**props, 'ConfigurationAggregatorName': name})
    return {'ConfigurationAggregatorArn': _aggregators[name]['ConfigurationAggregatorArn']}


def _delete(name, _props):
    _aggregators.pop(name, None)


def _agree(name, props):
    put_agreement(props)
    return {'AggregationAuthorizationArn': f'arn:aws:config:{get_region()}:{get_account_id()}:aggregation-authorization/'
                                           f'{props["AuthorizedAccountId"]}/{props["AuthorizedAwsRegion"]}'}


register('AWS::Config::ConfigurationAggregator', 'ConfigurationAggregatorName', _put, _delete, ('ConfigurationAggregatorName',))
register('AWS::Config::AggregationAuthorization', 'AuthorizedAccountId', _agree, lambda _name, props: delete_agreement(props),
         ('AuthorizedAccountId', 'AuthorizedAwsRegion'))
