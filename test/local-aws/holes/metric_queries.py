"""Reading a metric without naming dimensions.

On AWS each set of dimensions is a metric of its own, and a query without any finds only what was published without any.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#dimension-combinations
MiniStack then sums over all sets.
"""

from ministack.services import cloudwatch

from patching import wrap


class _ExactDimensions(dict):
    """MiniStack's readers compare dimensions only when there are some; this set says there are, even if empty."""

    def __bool__(self):
        return True


@wrap(cloudwatch, '_dims_from_list')
def dims_from_list(original, dimensions):
    return _ExactDimensions(original(dimensions))
