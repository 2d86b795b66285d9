"""Conformance packs of AWS Config.

AWS makes the rules of the pack's template, named after the rule and the pack, in the account, or in each account of the
organization; a pack has at most 130 rules, an account 50 packs.
https://docs.aws.amazon.com/config/latest/APIReference/API_PutConformancePack.html
MiniStack has none. Here an organization has one account, the one that asks.
"""

import json
import time

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, new_uuid
from ministack.services import config
from ministack.services.cloudformation.engine import _parse_template

from config_api import Refused, action, page
from holes.config_evaluations import delete_rule
from holes.config_rules import put_rule

_packs = AccountRegionScopedDict()
_organization_packs = AccountRegionScopedDict()
_MOST_RULES, _MOST_PACKS, _LARGEST = 130, 50, 51200


def put(store, prefix, name, template, parameters):
    rules = _rules_of(template, parameters)
    if name not in store and len(store) >= _MOST_PACKS:
        raise Refused('MaxNumberOfConformancePacksExceededException', f'You have reached the limit of {_MOST_PACKS} conformance packs.')
    if not len(config._recorders):
        raise Refused('NoAvailableConfigurationRecorderException', 'Configuration recorder is not available to put conformance pack.')
    known = store.get(name)
    suffix = known['suffix'] if known else new_uuid()[:9].replace('-', '')
    names = []
    for rule in rules:
        names.append(f'{rule["ConfigRuleName"][:128 - len(suffix) - 18]}-conformance-pack-{suffix}')
        put_rule({'ConfigRule': {**rule, 'ConfigRuleName': names[-1], 'CreatedBy': 'config-conforms.amazonaws.com'}})
    for gone in set(known['rules'] if known else []) - set(names):
        delete_rule({'ConfigRuleName': gone})
    arn = known['arn'] if known else f'arn:aws:config:{get_region()}:{get_account_id()}:{prefix}/{name}/{prefix}-{suffix}'
    store[name] = {'name': name, 'arn': arn, 'suffix': suffix, 'rules': names, 'parameters': parameters, 'time': time.time()}
    return store[name]


def _rules_of(template, parameters):
    """The rules that the template declares, in the API's shape. A pack's template knows Ref to its parameters, and little else."""
    if not 0 < len(template or '') <= _LARGEST:
        raise Refused('ConformancePackTemplateValidationException', f'The template has to have 1 to {_LARGEST} bytes.')
    document = _parse_template(template)
    values = {key: declared.get('Default') for key, declared in (document.get('Parameters') or {}).items()}
    values.update({each['ParameterName']: each['ParameterValue'] for each in parameters})
    conditions = document.get('Conditions') or {}
    declared = [each for each in document.get('Resources', {}).values() if each['Type'] == 'AWS::Config::ConfigRule']
    declared = [each for each in declared if _true(conditions.get(each.get('Condition'), True), values)]
    if not 0 < len(declared) <= _MOST_RULES:
        raise Refused('ConformancePackTemplateValidationException', f'A conformance pack has 1 to {_MOST_RULES} rules; this one has {len(declared)}.')
    return [in_api_shape(_resolved(each['Properties'], conditions, values)) for each in declared]


def in_api_shape(properties):
    """A rule as CloudFormation writes it: parameters as an object, and without the tags."""
    rule = {key: value for key, value in properties.items() if key not in ('Compliance', 'Tags')}
    parameters = rule.get('InputParameters')
    if isinstance(parameters, dict):
        rule['InputParameters'] = json.dumps({key: str(value) for key, value in parameters.items() if value is not None})
    return rule


def _resolved(value, conditions, values):
    if isinstance(value, list):
        return [_resolved(each, conditions, values) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {'Ref'}:
        return values.get(value['Ref'])
    if set(value) == {'Fn::If'}:
        name, yes, no = value['Fn::If']
        return _resolved(yes if _true(conditions[name], values) else no, conditions, values)
    found = {key: _resolved(each, conditions, values) for key, each in value.items()}
    return {key: each for key, each in found.items() if each is not None}


def _true(condition, values):
    if isinstance(condition, bool):
        return condition
    (function, given), = condition.items()
    if function == 'Fn::Equals':
        left, right = (_resolved(each, {}, values) for each in given)
        return left == right
    if function == 'Fn::Not':
        return not _true(given[0], values)
    raise Refused('ConformancePackTemplateValidationException', f'The condition {function} is not known here.')


def delete(store, name, error):
    if name not in store:
        raise Refused(error, f'The conformance pack {name} does not exist.')
    for rule in store.pop(name)['rules']:
        delete_rule({'ConfigRuleName': rule})


@action('PutConformancePack')
def put_pack(request):
    pack = put(_packs, 'conformance-pack', request['ConformancePackName'], request.get('TemplateBody'), request.get('ConformancePackInputParameters') or [])
    return {'ConformancePackArn': pack['arn']}


@action('DeleteConformancePack')
def delete_pack(request):
    delete(_packs, request['ConformancePackName'], 'NoSuchConformancePackException')


@action('DescribeConformancePacks')
def describe_packs(request):
    details = [{'ConformancePackName': pack['name'], 'ConformancePackArn': pack['arn'], 'ConformancePackId': f'conformance-pack-{pack["suffix"]}',
                'ConformancePackInputParameters': pack['parameters'], 'LastUpdateRequestedTime': pack['time']}
               for pack in _wanted(_packs, request.get('ConformancePackNames'), 'NoSuchConformancePackException')]
    return page(request, details, 'ConformancePackDetails', 20)


@action('DescribeConformancePackStatus')
def pack_status(request):
    details = [{'ConformancePackName': pack['name'], 'ConformancePackArn': pack['arn'], 'ConformancePackId': f'conformance-pack-{pack["suffix"]}',
                'ConformancePackState': 'CREATE_COMPLETE', 'StackArn': '', 'LastUpdateRequestedTime': pack['time']}
               for pack in _wanted(_packs, request.get('ConformancePackNames'), 'NoSuchConformancePackException')]
    return page(request, details, 'ConformancePackStatusDetails', 20)


@action('PutOrganizationConformancePack')
def put_organization_pack(request):
    pack = put(_organization_packs, 'organization-conformance-pack', request['OrganizationConformancePackName'],
               request.get('TemplateBody'), request.get('ConformancePackInputParameters') or [])
    return {'OrganizationConformancePackArn': pack['arn']}


@action('DeleteOrganizationConformancePack')
def delete_organization_pack(request):
    delete(_organization_packs, request['OrganizationConformancePackName'], 'NoSuchOrganizationConformancePackException')


@action('DescribeOrganizationConformancePacks')
def describe_organization_packs(request):
    details = [{'OrganizationConformancePackName': pack['name'], 'OrganizationConformancePackArn': pack['arn'],
                'ConformancePackInputParameters': pack['parameters'], 'LastUpdateTime': pack['time']}
               for pack in _wanted(_organization_packs, request.get('OrganizationConformancePackNames'), 'NoSuchOrganizationConformancePackException')]
    return page(request, details, 'OrganizationConformancePacks', 100)


def _wanted(store, names, error):
    unknown = [name for name in names or [] if name not in store]
    if unknown:
        raise Refused(error, f'The conformance pack {unknown[0]} does not exist.')
    return [store[name] for name in names or sorted(store)]
