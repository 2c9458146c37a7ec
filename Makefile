# `make` lists what there is. Everything works from a fresh clone and installs what it needs.

.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?=
PYTEST_WORKERS ?= 2
TESTS ?= tests
export PYTHON PORT

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup setup-dev
setup: ## virtual environment, packages, .env
	@bin/setup

setup-dev: ## the same, and what tests and checks need
	@bin/setup dev

.PHONY: run
run: setup ## serve everything at http://127.0.0.1:8000 (PORT=… to change; Ctrl-C ends it)
	@exec bin/run

.PHONY: check
check: setup-dev ## format, lint, types, layers, templates, deployment settings, migrations
	@bin/check

.PHONY: format
format: setup-dev ## let ruff and djlint put things in their places
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

.PHONY: test
test: setup-dev ## the whole suite on SQLite (TESTS=tests/platform for a part)
	.venv/bin/python manage.py collectstatic --no-input --verbosity 0
	.venv/bin/pytest --numprocesses $(PYTEST_WORKERS) $(TESTS)

.PHONY: test-mysql
test-mysql: setup-dev ## the whole suite on MariaDB, which it installs and starts for itself
	@bin/with-mariadb .venv/bin/pytest --numprocesses $(PYTEST_WORKERS) $(TESTS)

.PHONY: services-test
services-test: test-mysql ## the same contracts against real servers

.PHONY: drive-peers
drive-peers: setup-dev ## litmus and rclone against the real web processes
	.venv/bin/pytest tests/processes/test_dav.py

.PHONY: hadoop-contract
hadoop-contract: setup-dev ## the contract of MapReduce's engines on a real Hadoop, where Java and Maven are
	@bin/install-hadoop || echo "hadoop-contract: left out"
	.venv/bin/pytest tests/mapreduce/hadoop -m hadoop

.PHONY: cluster-test
cluster-test: setup-dev ## web instances and workers behind HAProxy: killed, added, rolled under load, which nobody may notice
	@bin/install-haproxy || echo "cluster-test: left out"
	@bin/with-mariadb .venv/bin/pytest tests/cluster -m cluster

.PHONY: bench bench-images bench-images-peers bench-jobs bench-drive
bench: bench-images bench-jobs bench-drive bench-mapreduce bench-social ## all benchmarks

bench-images: setup-dev ## CPU, wall and memory of each filter beside plain Pillow
	.venv/bin/python -m bench.images

bench-images-peers: setup-dev ## the same, beside ImageMagick and thumbor, which it installs
	@bin/install-image-peers
	.venv/bin/python -m bench.images --peers

bench-jobs: setup-dev ## upload complete to result ready, through the real processes
	.venv/bin/python -m bench.jobs

bench-drive: setup-dev ## a drive of a million files, on SQLite and on MariaDB (FILES=… for fewer), and WebDAV
	.venv/bin/python -m bench.dav
	.venv/bin/python -m bench.transfer
	.venv/bin/python -m bench.drive
	@bin/with-mariadb .venv/bin/python -m bench.drive

.PHONY: bench-mapreduce
bench-mapreduce: setup-dev ## streaming jobs beside a shell's pipeline, mrjob and Hadoop (SIZE=50M for less text)
	@bin/install-mapreduce-peers
	.venv/bin/python -m bench.mapreduce --size $(or $(SIZE),200M)
	.venv/bin/python -m bench.mapreduce_jobs

.PHONY: bench-social
bench-social: setup-dev ## posts: scoring beside TextBlob, the whole path (POSTS=… for fewer), a dashboard over ten million
	.venv/bin/python -m bench.social_scoring
	.venv/bin/python -m bench.social --posts $(or $(POSTS),1000000)
	.venv/bin/python -m bench.social_store

.PHONY: bench-capacity
bench-capacity: setup-dev ## what a request, a picture and a post cost each component: writes deploy/capacity.toml, in minutes
	@bin/with-mariadb .venv/bin/python -m bench.capacity

.PHONY: bench-sentiment
bench-sentiment: setup-dev ## how often the analysers are right: DATA=posts.tsv, in each line positive, neutral or negative, a tab, the text
	.venv/bin/python -m bench.social_sentiment "$(or $(DATA),$(error Say which file: make bench-sentiment DATA=posts.tsv))"

.PHONY: lighthouse
lighthouse: setup-dev ## Lighthouse accessibility of every page, by the real server
	npm ci --silent --no-audit --no-fund --ignore-scripts
	.venv/bin/python -m tests.lighthouse
