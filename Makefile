# `make` lists what there is. `make run` and `make test` need nothing prepared on Debian 12 with a Swift toolchain.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run dev test check bench setup clean

DATA ?= ./anwal-data
# Tests of time-outs and with other programs' servers: beside all the others they would wait for the machine instead.
ALONE = MailTests|SlowConnectionTests
# Tests at a time: all at once, the machine spends itself on changing between them, and each takes as long as the whole.
WIDTH = --experimental-maximum-parallelization-width 8
# The tests above the store that run on MongoDB too; the server in memory is too slow for those with thousands of records.
ON_MONGODB = BulkTests|RecordListTests|SavedViewTests|CompaniesTests|ContactPointsTests|PeopleTests|AccountsTests|SecretsTests|SecondFactorTests|HandoversTests|PrivacyTests|ImportRulesTests|CompanyRoutesTests|CompanyFormTests|ContestedTests|CompanyExportTests|ListTests|SignInTests|WorkersTests|LostDatabaseTests|ExistingDatabaseTests|LeadsTests|LeadTurnsTests|LeadConversionTests|LeadsFromImportTests|OpportunitiesTests|TasksTests|RemindersTests|ActivitiesTests|MentionsTests|NotificationsTests|LeadRoutesTests|OpportunityRoutesTests|MergeTests|DuplicatesTests|DuplicateRoutesTests|SegmentsTests|MailboxesTests|TemplatesTests|DeliveryTests|HostileRecipientTests|CampaignRoutesTests|TrackingRoutesTests

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: ## install what is missing, build release, start the server on ./anwal-data (DATA=…)
	scripts/setup --run
	swift build -c release --product anwal
	swift build -c release --product anwal-xls
	exec .build/release/anwal serve --data "$(DATA)"

dev: ## the same with a debug build
	scripts/setup --run
	swift build --product anwal
	swift build --product anwal-xls
	exec .build/debug/anwal serve --data "$(DATA)"

test: ## install what is missing, build, run every test: Swift's first, then the browser's
	scripts/setup --test
	swift build --build-tests
	scripts/with-mongo-peer swift test --skip-build --disable-xctest $(WIDTH) --skip "$(ALONE)"
	swift test --skip-build --disable-xctest --filter "$(ALONE)"
	ANWAL_TEST_ENGINE=mongoDB scripts/with-mongo-peer swift test --skip-build --disable-xctest $(WIDTH) --filter '$(ON_MONGODB)'
	scripts/browser-test

check: ## formatting, shell scripts and the rules of STYLE.md that a program can check
	swift format lint --strict --parallel --recursive Sources Tests Package.swift
	scripts/lint

bench: ## measure the hot paths beside their peers (Benchmarks/README.md)
	Benchmarks/run

setup: ## install everything that building, running and testing need
	scripts/setup --test

clean: ## remove what was built and fetched; keeps ./anwal-data
	rm -rf .build .venv Sources/Web/Assets/vendor Benchmarks/.build Benchmarks/data Benchmarks/results
