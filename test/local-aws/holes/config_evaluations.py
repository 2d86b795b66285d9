"""What rules of AWS Config found.

AWS keeps each evaluation that a rule's function puts, answers by rule and by resource, and announces a resource whose
compliance changed on the default bus. https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html
Some events are never sent. https://docs.aws.amazon.com/eventbridge/latest/ref/event-delivery-level.html
MiniStack evaluates nothing and keeps nothing; managed rules stay without a result here too. `POST /_local/lose-config-events` with
`{"account": …, "lost": true}` sends no more events of an account, and with `false` sends them again. `POST /_local/age-evaluations
{account, region, rule, seconds}` moves the times of what a rule found back.
"""

import json
import time
from datetime import datetime, timezone

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import config, eventbridge

from config_api import Refused, action, page
from holes.config_rules import known_rule, known_rules
from routes import route

# By rule name: a dict by (resource type, resource id).
_results = AccountRegionScopedDict()
_losing = set()
_COMPLIANCES = ('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE')


@action('PutEvaluations')
def put_evaluations(request):
    """The token is the name of the rule: where AWS gives one, whoever invokes the function here gives that."""
    evaluations = request.get('Evaluations') or []
    if len(evaluations) > 100:
        raise Refused('ValidationException', "Value at 'evaluations' failed to satisfy constraint: Member must have length less than or equal to 100")
    if request.get('ResultToken') not in config._config_rules:
        raise Refused('InvalidResultTokenException', 'The specified ResultToken is invalid.')
    if any(evaluation['ComplianceType'] not in _COMPLIANCES for evaluation in evaluations):
        raise Refused('InvalidParameterValueException', 'The compliance type of an evaluation is not valid.')
    if not request.get('TestMode'):
        for evaluation in evaluations:
            _keep(known_rule(request['ResultToken']), evaluation)
    return {'FailedEvaluations': []}


def _keep(rule, evaluation):
    resource = evaluation['ComplianceResourceType'], evaluation['ComplianceResourceId']
    results = _results.setdefault(rule['ConfigRuleName'], {})
    before, now = results.get(resource), time.time()
    results[resource] = after = {
        'EvaluationResultIdentifier': {
            'EvaluationResultQualifier': {'ConfigRuleName': rule['ConfigRuleName'], 'ResourceType': resource[0], 'ResourceId': resource[1]},
            'OrderingTimestamp': evaluation['OrderingTimestamp'],
        },
        'ComplianceType': evaluation['ComplianceType'],
        'ResultRecordedTime': now,
        'ConfigRuleInvokedTime': now,
        **({'Annotation': evaluation['Annotation']} if evaluation.get('Annotation') else {}),
    }
    if before is None or before['ComplianceType'] != after['ComplianceType']:
        _announce(rule, resource, before, after)
    if after['ComplianceType'] == 'NOT_APPLICABLE':
        del results[resource]


@route('POST', '/_local/lose-config-events')
def lose_events(request):
    (_losing.add if request['lost'] else _losing.discard)(request['account'])
    return 200, {'accounts': sorted(_losing)}


@route('POST', '/_local/age-evaluations')
def age_evaluations(request):
    results = results_of(request['account'], request['region'], request['rule'])
    for result in results:
        for time_of in ('ResultRecordedTime', 'ConfigRuleInvokedTime'):
            result[time_of] -= float(request['seconds'])
    return 200, {'results': len(results)}


def announce(detail_type, detail, resources=()):
    """Puts an event of AWS Config on the default bus of the account and region, unless it is lost."""
    if get_account_id() not in _losing:
        entry = {'Source': 'aws.config', 'DetailType': detail_type, 'Detail': json.dumps(detail), 'Resources': list(resources)}
        eventbridge._put_events({'Entries': [entry]}, allow_aws_source=True)


def _announce(rule, resource, before, after):
    detail = {
        'resourceId': resource[1], 'resourceType': resource[0],
        'awsRegion': get_region(), 'awsAccountId': get_account_id(),
        'configRuleName': rule['ConfigRuleName'], 'configRuleARN': rule['ConfigRuleArn'],
        'recordVersion': '1.0', 'messageType': 'ComplianceChangeNotification',
        'newEvaluationResult': _told(after),
        **({'oldEvaluationResult': _told(before)} if before else {}),
        'notificationCreationTime': iso(time.time()),
    }
    announce('Config Rules Compliance Change', detail)


def _told(value, key=''):
    """Events have the API's fields in lower camel case, and times as text."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _told(each, name) for name, each in value.items()}
    return iso(value) if key.endswith(('Time', 'Timestamp')) and isinstance(value, (int, float)) else value


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def results_of(account, region, name):
    """What a rule of an account and region found, a result each resource."""
    return list((_results.get_scoped(account, region, name) or {}).values())


@action('StartConfigRulesEvaluation')
def start_evaluation(request):
    """Rules evaluate nothing here: whoever wants a result puts it."""
    known_rules(request)
    return {}


@action('DescribeComplianceByConfigRule')
def compliance_by_rule(request):
    wanted = request.get('ComplianceTypes')
    found = [{'ConfigRuleName': rule['ConfigRuleName'], 'Compliance': compliance_of(rule['ConfigRuleName'])} for rule in known_rules(request)]
    return page({**request, 'Limit': 25}, [each for each in found if not wanted or each['Compliance']['ComplianceType'] in wanted], 'ComplianceByConfigRules', 25)


def compliance_of(name):
    return compliance_of_results(list((_results.get(name) or {}).values()))


def compliance_of_results(results):
    broken = [result for result in results if result['ComplianceType'] == 'NON_COMPLIANT']
    if broken:
        return {'ComplianceType': 'NON_COMPLIANT', 'ComplianceContributorCount': {'CappedCount': min(len(broken), 25), 'CapExceeded': len(broken) > 25}}
    return {'ComplianceType': 'COMPLIANT' if results else 'INSUFFICIENT_DATA'}


@action('GetComplianceDetailsByConfigRule')
def compliance_details(request):
    rule = known_rule(request.get('ConfigRuleName'))
    wanted = request.get('ComplianceTypes')
    results = [result for result in (_results.get(rule['ConfigRuleName']) or {}).values() if not wanted or result['ComplianceType'] in wanted]
    return page({'Limit': 10, **request}, results, 'EvaluationResults', 100)


@action('DeleteConfigRule')
def delete_rule(request):
    del config._config_rules[known_rule(request.get('ConfigRuleName'))['ConfigRuleName']]
    _results.pop(request['ConfigRuleName'], None)
