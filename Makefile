# The commands of the house. All of them are carried out by .ci/house.py, which needs nothing but Python 3.11 or newer.

HOUSE = python3 .ci/house.py
SERVE ?= yes
PORT ?= 8000

.PHONY: help demo test check run messages lock

help: ## what can be asked for
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

demo: ## everything from nothing: a demonstration country, its annual report, and the site on 127.0.0.1 (SERVE=no: without the site)
	@$(HOUSE) demo --serve=$(SERVE) --port=$(PORT)

test: ## the whole suite, on every database and browser that is installed
	@$(HOUSE) test

check: ## style, types, layers, migrations, translations; changes nothing
	@$(HOUSE) check

run: ## the site while working on it, with the demonstration's data
	@$(HOUSE) run --port=$(PORT)

messages: ## collects the sentences of the code into locale/, and says which are not translated
	@$(HOUSE) messages

lock: ## writes requirements/*.txt anew from requirements/*.in (needs uv)
	@$(HOUSE) lock
