"""Time that has passed.

On AWS one waits. Here `POST /_local/age-parameter {account, region, name, seconds}` moves every date of a parameter
back, so that a test or the demo can show what happens when a promotion window is over.
"""

from ministack.services import ssm

from routes import route


@route('POST', '/_local/age-parameter')
def age_parameter(request):
    scope = (request['account'], request['region'], request['name'])
    seconds = float(request['seconds'])
    parameter = ssm._parameters.get_scoped(*scope)
    if parameter is None:
        return 404, {'message': f'There is no parameter {request["name"]} in {request["account"]} {request["region"]}'}
    for dated in [parameter, *ssm._parameter_history.get_scoped(*scope)]:
        dated['LastModifiedDate'] -= seconds
    return 200, {'lastModifiedDate': parameter['LastModifiedDate']}
