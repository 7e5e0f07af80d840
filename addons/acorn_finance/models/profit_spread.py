"""How an amount is spread over members so that nothing is lost: SQL, set by set."""

# Common table expressions that follow two others:
#   units (unit, amount, step, rate): what is spread. ``amount`` is a multiple of
#     ``step``, the smallest coin; ``rate`` is about what one of a weight is worth.
#   members (unit, weight, member, …): over what. ``member`` orders equal ones.
# They end with ``parts``: members with their ``part``; the parts of a unit sum up to
# its amount, exactly: each gets its share cut off, the coins that are left go to the
# largest remainders. A unit whose weights are all 0 has no parts.
#
# Weights with both signs may nearly cancel out: then the rate tells what each is worth,
# and what is left is spread by size.
SPREAD = """
    sums AS (
        SELECT unit, SUM(weight) AS net, SUM(ABS(weight)) AS gross
          FROM members
         GROUP BY unit
        HAVING SUM(ABS(weight)) > 0
    ),
    shares AS (
        SELECT members.*, units.amount, units.step,
               CASE WHEN 20 * ABS(sums.net) > sums.gross
                    THEN units.amount * members.weight / sums.net
                    ELSE members.weight * units.rate
                         + (units.amount - sums.net * units.rate)
                         * ABS(members.weight) / sums.gross
                END / units.step AS share
          FROM members
          JOIN sums ON sums.unit = members.unit
          JOIN units ON units.unit = members.unit
    ),
    cut AS (
        SELECT *,
               ROW_NUMBER() OVER (
                   PARTITION BY unit ORDER BY share - FLOOR(share) DESC, member
               ) AS place,
               ROUND(amount / step) - SUM(FLOOR(share)) OVER (PARTITION BY unit)
               AS coins
          FROM shares
    ),
    parts AS (
        SELECT *,
               (FLOOR(share) + CASE WHEN place <= coins THEN 1 ELSE 0 END) * step
               AS part
          FROM cut
    )
"""
