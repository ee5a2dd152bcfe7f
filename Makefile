# hoithi. `make help` lists the targets; every source file is found by its folder.
SHELL := /bin/bash
.DEFAULT_GOAL := build
BUILD ?= build
CC ?= gcc
LISTEN ?= 127.0.0.1:8080
DATA ?= data
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.1.0)

PACKAGES := gcc clang libclang-rt-14-dev make pkg-config git clang-format clang-tidy cppcheck redis-server libwebsockets-dev \
  libwebsockets-evlib-uv libhiredis-dev libcjson-dev libssl-dev libuv1-dev libutf8proc-dev libcriterion-dev libexpat1-dev \
  libzip-dev libxlsxwriter-dev zlib1g-dev chromium fonts-noto-core curl strace dpkg-dev adduser
LIBS := libwebsockets hiredis libcjson libcrypto libuv libutf8proc expat libzip xlsxwriter zlib
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-missing-field-initializers
ALL_CFLAGS = -std=gnu11 -I. -D_GNU_SOURCE -DHOITHI_VERSION='"$(VERSION)"' -fno-omit-frame-pointer $(WARN) $(CFLAGS) $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
LDLIBS = $(shell pkg-config --libs $(LIBS) 2>/dev/null) -lm

PURE := $(wildcard question-banks/*.c) $(wildcard rooms/*.c)
SHELL_SRC := $(filter-out engine/main.c,$(wildcard engine/*.c))
SRC := $(PURE) $(SHELL_SRC)
OBJ := $(SRC:%.c=$(BUILD)/%.o)
UNIT := $(wildcard tests/question-banks/test_*.c tests/rooms/test_*.c tests/engine/test_*.c tests/simulation/test_*.c)
SUPPORT := $(wildcard tests/support/*.c)
UNIT_OBJ := $(UNIT:%.c=$(BUILD)/%.o) $(SUPPORT:%.c=$(BUILD)/%.o)

include $(wildcard tests/*.mk web/*.mk packaging/*.mk)

.PHONY: help deps build run test quick check unit sanitized layers format format-check tidy cppcheck clang kinds-test bench clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

deps: ## install what is missing (says what, before it does)
	@missing=$$(for p in $(PACKAGES); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	command -v node >/dev/null || missing="$$missing nodejs"; command -v npm >/dev/null || missing="$$missing npm"; \
	missing=$$(echo $$missing); [ -z "$$missing" ] && exit 0; \
	root=""; [ "$$(id -u)" = 0 ] || root=sudo; \
	echo "hoithi will install these Debian packages: $$missing"; \
	$$root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$root apt-get install -y -qq --no-install-recommends $$missing >/dev/null

build: deps pages ## build/hoithi
	@$(MAKE) -s -j$$(nproc) $(BUILD)/hoithi

run: build ## serve on LISTEN (127.0.0.1:8080)
	$(BUILD)/hoithi serve --listen $(LISTEN) --data $(DATA) --banks question-banks

$(BUILD)/hoithi: $(OBJ) $(BUILD)/engine/main.o $(PAGES_OBJ)
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)

$(BUILD)/unit: $(OBJ) $(UNIT_OBJ) $(PAGES_OBJ)
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS) -lcriterion

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
-include $(OBJ:.o=.d) $(UNIT_OBJ:.o=.d) $(BUILD)/engine/main.d

quick: deps pages ## build and unit tests, under a minute
	@$(MAKE) -s -j2 $(BUILD)/hoithi unit

# Each stage tells its name and how long it took; the first that fails ends the run.
STAGES := check unit sim schema-test kinds-test web-test web-browser live browser faults $(EXTRA_STAGES) fuzz-short
test: deps pages ## everything
	@for stage in $(STAGES); do began=$$(date +%s); echo "== $$stage"; $(MAKE) -s $$stage FUZZ_SECONDS=$(or $(FUZZ_SECONDS),6) || { echo "== $$stage failed"; exit 1; }; \
	  echo "== $$stage: well, $$(( $$(date +%s) - began )) s"; done; echo "== all stages passed"

# Eight at once on any machine: they wait for Redis and for time more than they work.
unit: $(BUILD)/unit
	@$(BUILD)/unit -j8 --short-filename $(UNIT_ARGS)

layers: ## includes run one way: engine, rooms, question-banks
	@! grep -nE '#include "(engine|web|rooms)/' question-banks/*.[ch] 2>/dev/null
	@! grep -nE '#include "(engine|web)/' rooms/*.[ch] 2>/dev/null
	@! grep -nE '#include <(libwebsockets|uv|hiredis|openssl|utf8proc|sys/socket|time|sys/time)[./]' rooms/*.[ch] 2>/dev/null

kinds-test: ## what a kind of question still lacks (docs/adding-a-kind.md)
	@node --test tests/banks/kinds.test.mjs >$(BUILD)/kinds-test.log || { grep -A12 'still lacks' $(BUILD)/kinds-test.log; exit 1; }

TIDY_FILES = $(SRC) engine/main.c
SAN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined

check: deps pages format-check layers ## format, layers, warnings of gcc and clang, sanitizers, clang-tidy, cppcheck
	@$(MAKE) -s -j2 clang
	@$(MAKE) -s -j2 sanitized
	@$(MAKE) -s -j2 tidy
	@$(MAKE) -s cppcheck

clang: ## everything compiles with clang, warnings as errors
	@$(MAKE) -s CC=clang BUILD=$(BUILD)/clang $(BUILD)/clang/hoithi $(BUILD)/clang/unit

# Criterion 2.4.1 passes a test whose process leaks, so the reports are counted, not the tests alone.
sanitized: ## unit tests under ASan and UBSan; any report fails
	@rm -rf $(BUILD)/reports && mkdir -p $(BUILD)/reports
	@$(MAKE) -s CFLAGS="$(SAN)" BUILD=$(BUILD)/san $(BUILD)/san/unit
	@ASAN_OPTIONS=log_path=$(abspath $(BUILD))/reports/asan:detect_leaks=1 UBSAN_OPTIONS=log_path=$(abspath $(BUILD))/reports/ubsan:print_stacktrace=1 \
	  $(BUILD)/san/unit -j2 --short-filename
	@! ls $(BUILD)/reports/* 2>/dev/null || { head -60 $(BUILD)/reports/*; exit 1; }

tidy: $(TIDY_FILES:%=$(BUILD)/tidy/%.ok) ## clang-tidy
$(BUILD)/tidy/%.ok: % .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(filter-out -Werror,$(ALL_CFLAGS)) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

cppcheck: ## cppcheck
	@cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr --enable=warning,portability --suppress=missingIncludeSystem \
	  --suppress=internalAstError --suppress=unknownMacro --suppress=ctuuninitvar --suppress=varFuncNullUB -I. -D_GNU_SOURCE -DMUST_CHECK= engine rooms question-banks

C_FILES = $(wildcard engine/*.[ch] rooms/*.[ch] question-banks/*.[ch] tests/*/*.[ch])
format: ## format the C files
	clang-format -i $(C_FILES)
format-check:
	@clang-format --dry-run -Werror $(C_FILES)
clean: ## remove build/
	rm -rf $(BUILD)
