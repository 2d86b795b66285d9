"""Rules of AWS Config.

AWS wants a recorder first, checks a rule's parts, and has at most 1,000 rules in an account and region; a rule's own
function must admit AWS Config. https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigRule.html
MiniStack stores whatever comes, and lists all rules in one page.
"""

import json

from ministack.core.responses import get_account_id
from ministack.services import config, lambda_svc

from config_api import Refused, action, page

_MOST_RULES = 1000
_PAGE = 25


@action('PutConfigRule')
def put_rule(request):
    rule, tags = request['ConfigRule'], request.get('Tags') or []
    if not len(config._recorders):
        raise Refused('NoAvailableConfigurationRecorderException', 'Configuration recorder is not available to put config rule.')
    name = rule.get('ConfigRuleName') or ''
    if not 0 < len(name) <= 128:
        raise Refused('InvalidParameterValueException', 'The ConfigRuleName must have 1 to 128 characters.')
    if name not in config._config_rules and len(config._config_rules) >= _MOST_RULES:
        raise Refused('MaxNumberOfConfigRulesExceededException', f'Failed to put config rule {name}: the maximum number of config rules: {_MOST_RULES} is reached.')
    if rule.get('ConfigRuleState', 'ACTIVE') != 'ACTIVE':
        raise Refused('InvalidParameterValueException', 'ConfigRuleState must be ACTIVE.')
    if len(rule.get('Description', '')) > 256:
        raise Refused('InvalidParameterValueException', 'The Description must have at most 256 characters.')
    _check_parameters(rule)
    _check_scope(rule.get('Scope') or {})
    _check_source(rule.get('Source') or {})
    config._put_config_rule({'ConfigRule': rule})
    stored = config._config_rules[name]
    if tags:
        tags_of(stored['ConfigRuleArn']).update({tag['Key']: tag['Value'] for tag in tags})
    return {}


def _check_parameters(rule):
    parameters = rule.get('InputParameters')
    if parameters is None:
        return
    if len(parameters) > 1024:
        raise Refused('ValidationException', "Value at 'configRule.inputParameters' failed to satisfy constraint: Member must have length less than or equal to 1024")
    try:
        flat = all(isinstance(value, str) for value in json.loads(parameters).values())
    except (AttributeError, ValueError):
        flat = False
    if not flat:
        raise Refused('InvalidParameterValueException', 'Invalid json string passed as InputParameters: it has to be an object with text values.')


def _check_scope(scope):
    types = scope.get('ComplianceResourceTypes') or []
    if len(types) > 100 or (scope.get('ComplianceResourceId') and len(types) != 1) or (scope.get('TagValue') and not scope.get('TagKey')):
        raise Refused('InvalidParameterValueException', 'The scope of the rule is not valid.')


def _check_source(source):
    owner, identifier, details = source.get('Owner'), source.get('SourceIdentifier', ''), source.get('SourceDetails') or []
    if owner not in ('AWS', 'CUSTOM_LAMBDA', 'CUSTOM_POLICY'):
        raise Refused('InvalidParameterValueException', f'The owner {owner} is not valid.')
    if owner == 'AWS' and (details or not identifier):
        raise Refused('InvalidParameterValueException', 'An AWS managed rule has an identifier and no source details.')
    if owner == 'CUSTOM_LAMBDA' and (not details or not _admits_config(identifier)):
        raise Refused('InsufficientPermissionsException', f'The AWS Lambda function {identifier} cannot be invoked. '
                      "Check the specified function ARN, and check the function's permissions.")
    text = (source.get('CustomPolicyDetails') or {}).get('PolicyText', '')
    if owner == 'CUSTOM_POLICY' and not (details and 0 < len(text) <= 10000):
        raise Refused('InvalidParameterValueException', 'A custom policy rule has source details and a policy of 1 to 10,000 characters.')


def _admits_config(function_arn):
    record = lambda_svc._functions.get(function_arn.split(':function:')[-1])
    statements = record['policy']['Statement'] if record else []
    return any((statement.get('Principal') or {}).get('Service') == 'config.amazonaws.com' and _for_account(statement) for statement in statements)


def _for_account(statement):
    wanted = [account for test in (statement.get('Condition') or {}).values()
              for key, account in test.items() if key.lower() == 'aws:sourceaccount']
    return all(account == get_account_id() for account in wanted)


@action('DescribeConfigRules')
def describe_rules(request):
    return page({**request, 'Limit': _PAGE}, known_rules(request), 'ConfigRules', _PAGE)


def known_rules(request):
    """The rules that are asked for, sorted by name; at most 25 names in a call."""
    names = request.get('ConfigRuleNames') or sorted(config._config_rules)
    if len(request.get('ConfigRuleNames') or []) > _PAGE:
        raise Refused('ValidationException', "Value at 'configRuleNames' failed to satisfy constraint: Member must have length less than or equal to 25")
    return [known_rule(name) for name in names]


def known_rule(name):
    if name not in config._config_rules:
        raise Refused('NoSuchConfigRuleException', f"The ConfigRule '{name}' provided in the request is invalid. Please check the configRule name.")
    return config._config_rules[name]


_tags = {}


def tags_of(arn):
    """An ARN names account and region already."""
    return _tags.setdefault(arn, {})


@action('TagResource')
def tag_resource(request):
    tags_of(request['ResourceArn']).update({tag['Key']: tag['Value'] for tag in request['Tags']})


@action('UntagResource')
def untag_resource(request):
    for key in request['TagKeys']:
        tags_of(request['ResourceArn']).pop(key, None)


@action('ListTagsForResource')
def list_tags(request):
    return page(request, [{'Key': key, 'Value': value} for key, value in tags_of(request['ResourceArn']).items()], 'Tags', 100)
