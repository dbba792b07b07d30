"""Eager autovacuum on deliveries.

Every delivery is updated several times (claimed, sent, changed), and claiming reads the few due ones out of all that
ever were: dead rows must not pile up. The defaults wait until a fifth of the table is dead.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE delivery SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, "
            "autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)"
        )
