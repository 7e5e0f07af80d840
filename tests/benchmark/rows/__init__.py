"""The rows: functions of a fresh copy of the stage and a size; see ``table``."""
