# Everything runs in its own virtual environment, .venv; the only requirement is Python 3.11 or newer.

.PHONY: help venv paint test quick lint format gallery docs pages bench objects soak fuzz

help:  ## list the targets
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

venv: .venv/ready  ## install Phosphene and its tools in .venv; repeated when pyproject.toml changes

paint: venv  ## install, then paint art.png
	.venv/bin/phosphene paint --seed 42 --size 1920x1080 -o art.png --overwrite
	@echo "The picture is $(CURDIR)/art.png"

test: lint  ## run linters and all tests on all cores; print the ten slowest tests
	.venv/bin/pytest $(PARALLEL) --durations=10

quick: venv  ## run the quick tests only, on all cores
	.venv/bin/pytest $(PARALLEL) -m "not slow"

PARALLEL = -n auto --dist worksteal

lint: venv  ## run ruff (rules and format) and pyright
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/pyright --pythonpath .venv/bin/python

format: venv  ## sort imports and format the code with ruff
	.venv/bin/ruff check --select I --fix
	.venv/bin/ruff format

gallery: venv  ## redraw the pictures of the documentation (of one style: STYLE=silk)
	.venv/bin/python docs/gallery.py $(STYLE)

docs: venv  ## write the generated pages of the documentation, then build its site: site/index.html
	.venv/bin/python docs/pages.py
	.venv/bin/python docs/site_builder.py

pages: venv  ## write the generated pages only
	.venv/bin/python docs/pages.py

bench: venv  ## run the benchmark on this machine
	.venv/bin/phosphene bench

objects: venv  ## compile the kernels for this CPU where they are missing, as after a change of theirs
	.venv/bin/python -m phosphene.engines.cpu.kernel_build src/phosphene/objects

fuzz: venv  ## run each of two fuzzers for SECONDS (60) with the inputs of SEED (1)
	.venv/bin/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED)
	! .venv/bin/python -c "import atheris" 2>/dev/null || \
	  .venv/bin/python -W ignore -m tests.fuzz.guided --seconds $(SECONDS) --seed $(SEED)

SECONDS = 60
SEED = 1

soak: venv  ## kill 200 exports of every format at random moments; takes half an hour
	PHOSPHENE_KILLS=200 .venv/bin/pytest -s tests/output/test_kills.py

# The first interpreter that runs, is new enough and can create environments; a name on PATH may not work.
PYTHONS = python3.11 python3.12 python3.13 python3
USABLE = import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

.venv/ready: pyproject.toml
	@test -x .venv/bin/pip || { \
	  for python in $(PYTHONS); do \
	    $$python -c '$(USABLE)' 2>/dev/null && $$python -m venv --clear .venv && exit; \
	  done; \
	  echo "Phosphene needs Python 3.11 or newer with its venv module; tried: $(PYTHONS)" >&2; \
	  exit 1; }
	@echo "Installing into .venv ..."
	@.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
