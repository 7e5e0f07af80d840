# make up      start Acorn: Odoo with the demo company, and the local Amazon
# make down    stop it
# make logs    show what they write
# make reset   throw the data away, after asking
# make test    run every test; K=expr those that match; ADDONS=a,b those of these addons
# make bench   measure how fast it is, into docs/benchmarks.md; ROWS=a,b QUICK=1 PROFILE=1
# make chaos   tests of faults and kills for long; SEEDS=20 STEPS=300 SEED=7 MINUTES=30
# make i18n    write the translation templates anew
# make backup  FILE=x.tar: database and files in one; bin/acorn restore FILE DATABASE
# make lint    ruff, pylint-odoo, Odoo's test_lint
.PHONY: help up down logs reset test bench chaos i18n lint backup

help:
	@sed -n 's/^# //p' Makefile

up down logs reset test bench chaos i18n lint:
	@bin/acorn $@

backup:
	@bin/acorn backup $(FILE)
